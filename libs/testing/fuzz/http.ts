/** The HTTP endpoint of a running ingest under attack: whatever comes, each request has an end, and none of the answers is a 5xx that is not meant. */

import { PROVIDERS, providerNamed } from '#providers/registry.js';
import { MemoryIngest, memorySource } from '#testing/ingest/memory-ingest.js';
import { attackOf } from './attacks.js';
import { newTally, type Tally, timed } from './finding.js';
import { say } from './wire.js';

/** Side by side: few enough that all of them have room. */
const CONNECTIONS = 8;
/** A body is cut off after this. */
const BODY_MS = 1_000;
/** Longer than the server waits for a request: 20 s, which it looks at every 5 s. */
const PATIENCE_MS = 40_000;
/** What a meter may count here; anything else is an alarm. */
const ORDINARY = new Set([
  ...['received', 'verified', 'stored', 'signature', 'freshness', 'freshness-policy', 'malformed', 'authorization'],
  ...['replay', 'unknown_source', 'method', 'too_large', 'bad_encoding', 'slow'],
]);

export class HttpFuzz {
  readonly tally: Tally = newTally();
  readonly statuses = new Map<string, number>();
  #next = 0;

  private constructor(
    private readonly seed: number,
    private readonly ingest: MemoryIngest,
  ) {}

  static async start(seed: number): Promise<HttpFuzz> {
    const sources = PROVIDERS.flatMap(({ name, schemes }) => [
      memorySource(`${name}-open`, name),
      memorySource(`${name}-signed`, name, {
        settings: {
          scheme: schemes.find((scheme) => scheme !== 'none') ?? 'generic-hmac',
          keys: ['whsec_c2VjcmV0c2Vj'],
        },
      }),
    ]);
    // Nothing outside is out of reach here, so that no answer has a reason to be a 5xx.
    const outside = {
      certificates: { pem: () => Promise.resolve('nonsense') },
      confirmations: { confirm: () => Promise.resolve(true) },
    };
    const ingest = await MemoryIngest.start({ sources, outside, limits: { timeoutMs: BODY_MS } });
    return new HttpFuzz(seed, ingest);
  }

  get status5xx(): number {
    return [...this.statuses].reduce((sum, [status, count]) => sum + (/^5\d\d$/.test(status) ? count : 0), 0);
  }

  /** Attacks for `ms` milliseconds, then forgets what was kept. */
  async run(ms: number): Promise<void> {
    const end = performance.now() + ms;
    const lane = async () => {
      do await this.#attack(this.#next++);
      while (performance.now() < end);
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, lane));
    const alarms = new Set(this.ingest.counted.filter((what) => !ORDINARY.has(what)));
    const fault = this.ingest.faults[0];
    const why = fault instanceof Error ? fault.stack : String(fault);
    for (const alarm of alarms) this.#found(this.#next, `of the last round: ${alarm}; the first fault: ${why}`);
    this.ingest.clear();
  }

  async #attack(number: number): Promise<void> {
    const attack = attackOf(this.seed, number, (provider, signed) => `${provider}-${signed ? 'signed' : 'open'}`);
    const began = performance.now();
    const heard = await say(this.ingest.url, attack, PATIENCE_MS);
    const ms = performance.now() - began;
    timed(this.tally, number, ms);
    // The one 5xx that is meant: some providers send again after no other status, when a body did not arrive in time.
    if (ms >= BODY_MS && heard === providerNamed(attack.provider)?.slowStatus) return this.#count(`${heard} too slow`);
    this.#count(String(heard));
    if (heard === 'silent') this.#found(number, `${attack.name}: no answer within ${PATIENCE_MS} ms`);
    else if (typeof heard === 'number' && heard >= 500) this.#found(number, `${attack.name}: ${heard}`);
  }

  #count(status: string): void {
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
  }

  #found(number: number, problem: string): void {
    this.tally.findings.push({ of: 'http', number, problem });
  }

  close(): Promise<void> {
    return this.ingest.close();
  }
}
