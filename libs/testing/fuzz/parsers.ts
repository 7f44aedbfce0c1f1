/** Every provider's pure functions on inputs that were never sent: none throws, hangs, or takes an unsigned request for genuine. */
import type { Provider, SourceSettings } from '#contracts/provider.js';
import { judge } from '#providers/judge.js';
import { PROVIDERS, providerNamed } from '#providers/registry.js';
import { UNSIGNED } from '#testing/providers/requests.js';
import type { Random } from '#testing/senders/random.js';
import { newTally, type Tally, timed } from './finding.js';
import { type Input, inputOf } from './inputs.js';

/** Longer than this for one input is a hang. */
export const HANG_MS = 2_000;
/** Between two looks at the clock of the run. */
const BETWEEN = 64;

const KEYS = ['whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0', 'user:long-password'];

export class ParserFuzz {
  readonly tally: Tally = newTally();
  #next = 0;

  /** `at`: told the number of each input before it is read, for a watcher. */
  constructor(
    private readonly seed: number,
    private readonly at: (number: number) => void = () => undefined,
  ) {}

  /** Reads inputs for `ms` milliseconds. */
  run(ms: number): void {
    const end = performance.now() + ms;
    do this.read(BETWEEN);
    while (performance.now() < end);
  }

  /** Reads the next `count` inputs. */
  read(count: number): void {
    for (let n = 0; n < count; n += 1) this.#read(this.#next++);
  }

  #read(number: number): void {
    this.at(number);
    const input = inputOf(this.seed, number);
    const { random, request } = input;
    // Most go to their own provider; the others to one that expects something else.
    const provider = random.chance(0.85) ? providerNamed(input.provider) : random.pick(PROVIDERS);
    if (provider === undefined) throw new Error(`no provider is called ${input.provider}`);
    const source = random.chance(0.7) ? UNSIGNED : signedSource(provider, random);
    const now = random.chance(0.5) ? null : random.between(0, 2_000_000_000) * 1000;
    const read = () => {
      const began = performance.now();
      const judgement = judge(provider, request, source, now);
      return { judgement, ms: performance.now() - began };
    };
    try {
      const { judgement, ms } = read();
      if (judgement.step === 'normalised' && judgement.verified)
        this.#found(number, input, `${provider.name} verified it`);
      timed(this.tally, number, ms);
      // Once more, for a machine that stood still is no hang.
      const again = ms > HANG_MS ? read().ms : 0;
      if (again > HANG_MS) this.#found(number, input, `${provider.name} took ${Math.round(again)} ms`);
    } catch (error) {
      this.#found(number, input, `${provider.name} threw ${error instanceof Error ? error.stack : String(error)}`);
    }
  }

  #found(number: number, { request }: Input, what: string): void {
    const body = request.body.subarray(0, 200).toString('base64');
    this.tally.findings.push({
      of: 'parsers',
      number,
      problem: `${what}; ${request.body.length} bytes, in base64 from the start: ${body}`,
    });
  }
}

function signedSource({ schemes }: Provider, random: Random): SourceSettings {
  const signing = schemes.filter((name) => name !== 'none');
  return {
    scheme: signing.length === 0 ? 'generic-hmac' : random.pick(signing),
    keys: random.chance(0.9) ? KEYS : [],
    ...(random.chance(0.3) ? { certPem: 'nonsense' } : {}),
  };
}
