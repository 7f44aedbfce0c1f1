/** `providers`: what each provider's file costs, to verify a request and to normalise an event. Pure functions, one process, no database. */
import type { Provider } from '#contracts/provider.js';
import { PROVIDERS } from '#providers/registry.js';
import { EXAMPLES } from '#testing/providers/examples.js';
import type { Options } from '../options.js';
import { median, progress, type Report, told } from '../report/report.js';
import { loadNow, machine } from '../world/machine.js';
import { type Signed, signed } from './signed.js';

const EVENTS = 20_000;
const RUNS = 5;

interface Cost {
  readonly name: string;
  /** Microseconds. */
  readonly verify: number;
  readonly normalise: number;
}

export async function providers({ events: wanted }: Options): Promise<Report> {
  const events = wanted ?? EVENTS;
  const costs = [...PROVIDERS]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((provider) => {
      progress(provider.name);
      return costOf(provider, events);
    });
  return {
    bench: 'providers',
    figures: Object.fromEntries(
      costs.flatMap(({ name, verify, normalise }) => [
        [`${name}_verify_us_per_request`, verify],
        [`${name}_normalise_us_per_event`, normalise],
      ]),
    ),
    rows: [
      ['machine', `${machine()}; ${loadNow()}`],
      ...costs.map(({ name, verify, normalise }) => {
        const line = `verify ${told(verify).padStart(6)} µs a request   normalise ${told(normalise).padStart(6)} µs an event`;
        return [name, line] as const;
      }),
    ],
  };
}

function costOf(provider: Provider, events: number): Cost {
  const now = Date.now();
  const { request, source, engagements } = genuine(provider, now);
  const verify = timed(events, () => provider.verify(request, source, now));
  const normalise = timed(Math.ceil(events / engagements), () => provider.normalise(request, source)) / engagements;
  return { name: provider.name, verify, normalise };
}

/** The provider's first example that has engagements in it. Throws when its signature is not taken for genuine. */
function genuine(provider: Provider, now: number): Signed & { readonly engagements: number } {
  for (const example of EXAMPLES.filter((one) => one.provider === provider.name)) {
    const made = signed(example, now);
    const verification = provider.verify(made.request, made.source, now);
    if (verification.ok !== true) throw new Error(`${provider.name}: ${JSON.stringify(verification)}`);
    const outcome = provider.normalise(made.request, made.source);
    if (outcome.outcome === 'accept' && outcome.engagements.length > 0)
      return { ...made, engagements: outcome.engagements.length };
  }
  throw new Error(`no example of ${provider.name} has an engagement in it`);
}

/** Microseconds of one call: the median of some runs, after one that warms up. A new body each time would be measured as garbage. */
function timed(calls: number, work: () => unknown): number {
  const runs: number[] = [];
  for (let run = 0; run <= RUNS; run += 1) {
    const began = performance.now();
    for (let n = 0; n < calls; n += 1) work();
    if (run > 0) runs.push(((performance.now() - began) * 1000) / calls);
  }
  return median(runs);
}
