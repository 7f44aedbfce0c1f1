/** `pipeline --rules N`: the same load with N rules more than the demo's in force, and what that is of the rate without them. */
import { firstOf } from '../load/campaign.js';
import { CONTACTS } from '../load/people.js';
import { median, progress, type Report, told, toldRuns } from '../report/report.js';
import { pageRule, ruleFiles } from '../rules/rule-sets.js';
import { loadNow, machine } from '../world/machine.js';
import { openWorld, type World } from '../world/world.js';
import { fill } from './filled.js';
import { type Run, runOnce } from './run.js';

const RUNS = 3;
const SEED = 1;

export async function withRules(events: number, count: number, profile: string | null): Promise<Report> {
  const demo = await openWorld();
  const more = await openWorld();
  try {
    const load = (now: number) => firstOf(SEED, now, events);
    await fill(demo, Math.min(CONTACTS, events), load);
    await fill(more, Math.min(CONTACTS, events), load, ruleFiles(count, pageRule));
    const rates = { demo: [] as number[], more: [] as number[] };
    const matched = { demo: 0, more: 0 };
    // In turn, so that what else the machine does is the same for both.
    for (let n = 1; n <= RUNS; n += 1) {
      progress(`run ${n} of ${RUNS}`);
      const without = await runOnce(demo, `run_${n}`, profile);
      const withThem = await runOnce(more, `run_${n}`, profile);
      rates.demo.push(events / without.seconds);
      rates.more.push(events / withThem.seconds);
      matched.demo = without.rows.matched;
      matched.more = withThem.rows.matched;
    }
    return report(demo, { events, count, rates, matched });
  } finally {
    await demo.close();
    await more.close();
  }
}

interface Measured {
  readonly events: number;
  readonly count: number;
  readonly rates: { readonly demo: readonly number[]; readonly more: readonly number[] };
  readonly matched: { readonly [of in 'demo' | 'more']: Run['rows']['matched'] };
}

function report({ server }: World, { events, count, rates, matched }: Measured): Report {
  if (matched.demo !== matched.more) throw new Error(`${matched.more} engagements matched, ${matched.demo} without`);
  const ratio = median(rates.more.map((rate, run) => rate / (rates.demo[run] ?? Number.NaN)));
  return {
    bench: 'pipeline',
    figures: {
      rules: count,
      events_per_s: median(rates.more),
      events_per_s_demo_rules: median(rates.demo),
      ratio_to_demo_rules: ratio,
    },
    rows: [
      ['machine', machine()],
      ['', `${server}; ${loadNow()}`],
      ['load', `${events} engagements, ${told((100 * matched.demo) / events)} % match a rule`],
      [`events/s with ${count} rules more`, toldRuns(rates.more)],
      ['events/s with the demo’s rules', toldRuns(rates.demo)],
      ['ratio', told(ratio)],
    ],
  };
}
