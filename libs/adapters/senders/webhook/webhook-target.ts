/** Posts an effect to the workspace's outgoing webhook. */
import type { OpenedEffect } from '#engine/effects/effect.js';
import type { OutgoingWebhooks } from '#engine/effects/outgoing-webhook.js';
import type { Attempt, Target } from '#engine/effects/target.js';
import { payloadOf } from './payload.js';
import { type WebhookOptions, WebhookPoster } from './post.js';

const WHILE_PAUSED_MS = 60_000;

export class WebhookTarget implements Target {
  readonly name = 'webhook';
  /** A workspace alone gets half of them. */
  readonly concurrency = 32;
  readonly perWorkspace = true;
  readonly #poster: WebhookPoster;

  constructor(
    private readonly webhooks: OutgoingWebhooks,
    options: WebhookOptions,
  ) {
    this.#poster = new WebhookPoster(options);
  }

  async carryOut(effect: OpenedEffect): Promise<Attempt> {
    const webhook = await this.webhooks.load(effect.workspaceId);
    if (webhook === null) return { result: 'refused', reason: 'no_webhook' };
    if (webhook.state === 'paused') return { result: 'postponed', reason: 'webhook_paused', afterMs: WHILE_PAUSED_MS };
    const message = { url: webhook.url, secrets: [webhook.secret], id: effect.effectId, body: payloadOf(effect) };
    return (await this.#poster.post(message)).attempt;
  }

  close(): Promise<void> {
    return this.#poster.close();
  }
}
