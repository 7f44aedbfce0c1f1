/** `rules`: what it costs to find the rules that match one event, by their number, and beside json-rules-engine. Pure, one process. */
import type { Options } from '../options.js';
import { median, progress, type Report, told, toldRuns } from '../report/report.js';
import { loadNow, machine } from '../world/machine.js';
import { clickOn, compiled, matching } from './asked.js';
import { engineOf, matchedBy } from './json-rules-engine.js';
import { pageRule, partRule, threeTermRule } from './rule-sets.js';

const RUNS = 7;
const EVENTS = 20_000;
/** Of every page rule set: rules that the event matches. */
const MATCHING = 3;
const PAGE = 'https://www.example.com/page/0';

type Click = ReturnType<typeof clickOn>;

export async function rules({ events: wanted }: Options): Promise<Report> {
  const events = wanted ?? EVENTS;
  const ten = compiled(pages(10));
  progress('compiling 10,000 rules');
  const began = performance.now();
  const many = compiled(pages(10_000));
  const compileMs = performance.now() - began;
  const unindexable = compiled(Array.from({ length: 1_000 }, (_, nth) => partRule(nth)));
  const three = compiled(Array.from({ length: 10 }, (_, nth) => threeTermRule(nth)));
  const json = engineOf(10);
  const facts = { type: 'clicked', actor: 'human', score: 60, tags: ['newsletter', 'vip'] };
  const click = clickOn(PAGE);
  const section = clickOn('https://www.example.com/section/7/');

  const ns = { ten: [] as number[], many: [] as number[], unindexable: [] as number[] };
  const beside = { ours: [] as number[], json: [] as number[] };
  // In turn, so that what else the machine does is the same for all; the first round warms up.
  for (let run = 0; run <= RUNS; run += 1) {
    progress(run === 0 ? 'warming up' : `run ${run} of ${RUNS}`);
    const round = [
      [ns.ten, timed(events, () => expectMatches(ten, click, MATCHING))],
      [ns.many, timed(events, () => expectMatches(many, click, MATCHING))],
      [ns.unindexable, timed(Math.ceil(events / 50), () => expectMatches(unindexable, section, 1))],
      [beside.ours, timed(events, () => expectMatches(three, click, 10))],
      [
        beside.json,
        await timedAsync(Math.ceil(events / 20), async () => {
          if ((await matchedBy(json, facts)) !== 10)
            throw new Error('json-rules-engine matched another number of rules');
        }),
      ],
    ] as const;
    if (run > 0) for (const [list, value] of round) list.push(value);
  }
  const growth = median(ns.many.map((value, run) => value / (ns.ten[run] ?? Number.NaN)));
  const times = median(beside.json.map((value, run) => value / (beside.ours[run] ?? Number.NaN)));
  return {
    bench: 'rules',
    figures: {
      ns_per_event_10: median(ns.ten),
      ns_per_event_10000: median(ns.many),
      growth,
      ns_per_event_1000_unindexable: median(ns.unindexable),
      times_json_rules_engine: times,
      compile_us_per_rule: (compileMs * 1_000) / 10_000,
    },
    rows: [
      ['machine', `${machine()}; ${loadNow()}`],
      [`10 rules, ${MATCHING} match, ns/event`, toldRuns(ns.ten)],
      [`10,000 rules on one trigger, the same ${MATCHING} match, ns/event`, toldRuns(ns.many)],
      ['  growth', told(growth)],
      ['1,000 rules that no index finds, 1 matches, ns/event', toldRuns(ns.unindexable)],
      ['10 rules of three terms that all match, ns/event', toldRuns(beside.ours)],
      ['  json-rules-engine, ns/event', toldRuns(beside.json)],
      ['  times', told(times)],
      ['compiling, µs/rule', told((compileMs * 1_000) / 10_000)],
    ],
  };
}

/** So many rules, a rule a page; the first few all wait for the same page. */
function pages(count: number): string[] {
  return Array.from({ length: count }, (_, nth) =>
    nth < MATCHING ? pageRule(nth).replace(`/page/${nth}"`, '/page/0"') : pageRule(nth),
  );
}

/** Counted, so that nothing is left out as unused, and never another number. */
function expectMatches(set: ReturnType<typeof compiled>, click: Click, count: number): void {
  if (matching(set, click) !== count) throw new Error(`another number of rules than ${count} matched`);
}

/** Nanoseconds of one call. */
function timed(calls: number, work: () => void): number {
  const began = performance.now();
  for (let n = 0; n < calls; n += 1) work();
  return ((performance.now() - began) * 1e6) / calls;
}

async function timedAsync(calls: number, work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  for (let n = 0; n < calls; n += 1) await work();
  return ((performance.now() - began) * 1e6) / calls;
}
