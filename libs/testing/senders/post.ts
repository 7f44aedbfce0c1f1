/** One POST and how it ended. */
import { Agent, request } from 'undici';
import type { SignedRequest } from './providers.js';

/** Milliseconds: a provider's patience, shortened, so that a hanging process is met with a repeat. */
const PATIENCE_MS = 4_000;

export class Post {
  readonly #agent = new Agent({ connections: 64, pipelining: 1, connectTimeout: 2_000 });

  /** The status of the answer; 0 when there was none. */
  async send(url: string, { headers, body }: SignedRequest): Promise<number> {
    try {
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const answer = await request(url, { method: 'POST', headers, body, dispatcher: this.#agent, signal });
      await answer.body.dump();
      return answer.statusCode;
    } catch {
      // Refused, reset, timed out: whatever became of it, the sender knows nothing and sends again.
      return 0;
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}
