/** Posts changes to the receiver of one subscription. */
import type { Uuid } from '#contracts/ids.js';
import type { OpenedEffect } from '#engine/effects/effect.js';
import type { Attempt, Target } from '#engine/effects/target.js';
import { type Receivers, targetOf } from '#engine/webhooks/subscription.js';
import type { WebhookPoster } from './post.js';

const WHILE_STOPPED_MS = 60_000;

export class ChangeTarget implements Target<string> {
  readonly name;
  /** So that one slow receiver holds no more than that. */
  readonly concurrency = 8;

  constructor(
    private readonly webhookId: Uuid,
    private readonly receivers: Receivers,
    private readonly poster: WebhookPoster,
    private readonly clock: () => number,
  ) {
    this.name = targetOf(webhookId);
  }

  /** `pii`: the body. */
  async carryOut({ workspaceId, effectId, contactId, attempts, pii: body }: OpenedEffect<string>): Promise<Attempt> {
    const receiver = await this.receivers.load(workspaceId, this.webhookId);
    if (receiver === null) return { result: 'refused', reason: 'no_webhook' };
    const { url, secrets, state, holdUntil } = receiver;
    if (state !== 'active') return { result: 'postponed', reason: `webhook_${state}`, afterMs: WHILE_STOPPED_MS };
    const held = (holdUntil ?? 0) - this.clock();
    if (held > 0) return { result: 'postponed', reason: 'webhook_failing', afterMs: held };
    const { attempt, status, tookMs } = await this.poster.post({ url, secrets, id: effectId, body });
    const reason = attempt.result === 'delivered' ? null : attempt.reason;
    await this.receivers.tried(workspaceId, this.webhookId, {
      ...{ effectId, contactId, attempt: attempts, status, reason, tookMs },
    });
    return status === null ? mended(attempt) : attempt;
  }
}

/** An address that is refused may be put right, while the change still waits. */
function mended(attempt: Attempt): Attempt {
  return attempt.result === 'refused' ? { ...attempt, result: 'retry' } : attempt;
}
