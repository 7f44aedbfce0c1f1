/** Commands to a contact that the API has taken: sent so that a repeat counts once, and waited for. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { CommandState, PendingCommand } from './answers.js';
import type { ApiClient } from './api-client.js';
import { CommandFailure } from './failure.js';

const PATIENCE_MS = 30_000;
const LOOK_MS = 300;

/** Of a command that was taken and not decided within the API's patience. Rejects with CommandFailure when it is refused, or takes longer than ours. */
export async function outcome(api: ApiClient, { status }: PendingCommand): Promise<CommandState> {
  for (const deadline = performance.now() + PATIENCE_MS; ; ) {
    const now = await api.get<CommandState>(status);
    if (now.state === 'refused') throw new CommandFailure(`The contact refused it: ${now.reason}.`);
    if (now.state !== 'pending') return now;
    if (performance.now() > deadline)
      throw new CommandFailure(
        `It is taken and will count, and is not decided yet. Ask for it: GET ${api.url}${status}`,
      );
    await delay(LOOK_MS);
  }
}

/** So that a repeat of the request counts once. */
export const key = () => ({ 'idempotency-key': randomUUID() });
