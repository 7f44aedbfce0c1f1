/** `pipeline`: engagements a second from the log to decided and projected, and what that is of a bulk write of the same rows. */

import { pipelineOnKafka } from '../kafka/pipeline-kafka.js';
import { firstOf } from '../load/campaign.js';
import { CONTACTS } from '../load/people.js';
import type { Options } from '../options.js';
import { median, progress, type Report, told, toldRuns } from '../report/report.js';
import { loadNow, machine } from '../world/machine.js';
import { openWorld, type World } from '../world/world.js';
import { BulkWrite } from './bulk-write.js';
import { fill } from './filled.js';
import { type Run, runOnce } from './run.js';
import { withRules } from './with-rules.js';

const EVENTS = 100_000;
const RUNS = 3;
const SEED = 1;
const BATCHES = [200, 500, 1_000, 2_000];

export function pipeline(options: Options): Promise<Report> {
  return options.log === 'kafka' ? pipelineOnKafka(options) : pipelineOnPostgres(options);
}

async function pipelineOnPostgres({ events: wanted, profile, rules }: Options): Promise<Report> {
  const events = wanted ?? EVENTS;
  if (rules !== null) return withRules(events, rules, profile);
  const world = await openWorld();
  try {
    await fill(world, Math.min(CONTACTS, events), (now) => firstOf(SEED, now, events));
    const runs: Run[] = [];
    for (let n = 1; n <= RUNS; n += 1) {
      progress(`run ${n} of ${RUNS}`);
      runs.push(await runOnce(world, `run_${n}`, profile));
    }
    return report(world, events, runs, await ceilings(world, events, runs));
  } finally {
    await world.close();
  }
}

interface Ceilings {
  /** Engagements a second by batch size: all six tables in one lane. */
  readonly byBatch: ReadonlyMap<number, number>;
  /** The best batch size in two lanes. */
  readonly twoLanes: number;
  /** The best batch size in one lane, but the log record, which the pipeline does not write either. */
  readonly withoutLog: number;
}

async function ceilings(world: World, events: number, runs: readonly Run[]): Promise<Ceilings> {
  const rows = runs[0]?.rows;
  const shape = { events: (rows?.events ?? events) / events, seen: (rows?.seen ?? events) / events };
  const bulk = await BulkWrite.open(world);
  const count = Math.min(events, 40_000);
  const byBatch = new Map<number, number>();
  for (const batch of BATCHES) {
    progress(`bulk write, batches of ${batch}`);
    const some = [];
    for (let n = 0; n < RUNS; n += 1) some.push(await bulk.measure(count / 2, batch, 1, { ...shape, log: true }));
    byBatch.set(batch, median(some));
  }
  const best = [...byBatch].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
  progress(`bulk write, batches of ${best}, two lanes; without the log record`);
  const twoLanes = await bulk.measure(count, best, 2, { ...shape, log: true });
  const withoutLog = await bulk.measure(count, best, 1, { ...shape, log: false });
  return { byBatch, twoLanes, withoutLog };
}

function report(
  world: World,
  events: number,
  runs: readonly Run[],
  { byBatch, twoLanes, withoutLog }: Ceilings,
): Report {
  const of = (value: (run: Run) => number) => runs.map(value);
  const rates = of((run) => events / run.seconds);
  const best = Math.max(...byBatch.values());
  const rows = runs[0]?.rows;
  const share = (count = 0) => told((100 * count) / events);
  return {
    bench: 'pipeline',
    figures: {
      events_per_s: median(rates),
      ratio_to_bulk_write: median(rates) / best,
      wal_bytes_per_event: median(of((run) => run.walBytes / events)),
      peak_rss_mb: median(of((run) => run.peakRssMb)),
      engine_cpu_us_per_event: median(of((run) => (1e6 * run.cpuSeconds) / events)),
      postgres_cpu_us_per_event: median(of((run) => (1e6 * run.serverCpuSeconds) / events)),
      bulk_write_events_per_s: best,
      ratio_to_bulk_write_two_lanes: median(rates) / twoLanes,
      ratio_to_bulk_write_without_log: median(rates) / withoutLog,
      rows_per_event: (rows?.events ?? 0) / events,
      matched_share: (rows?.matched ?? 0) / events,
    },
    rows: [
      ['machine', machine()],
      ['', `${world.server}; ${loadNow()}`],
      ['load', `${events} engagements, ${told(CONTACTS)} contacts, ${share(rows?.matched)} % match a rule`],
      ['events/s', toldRuns(rates)],
      ['  events stored per engagement', told((rows?.events ?? 0) / events)],
      ['  outcomes decided beside them', String(rows?.outcomes ?? 0)],
      ['  CPU of the engine, µs/event', toldRuns(of((run) => (1e6 * run.cpuSeconds) / events))],
      ['  CPU of Postgres, µs/event', toldRuns(of((run) => (1e6 * run.serverCpuSeconds) / events))],
      ['WAL bytes/event', toldRuns(of((run) => run.walBytes / events))],
      ['peak RSS of the engine, MB', toldRuns(of((run) => run.peakRssMb))],
      ...[...byBatch].map(([batch, rate]) => [`bulk write, batches of ${batch}`, told(rate)] as const),
      ['ratio to the best bulk write', told(median(rates) / best)],
      ['  to it in two lanes', `${told(median(rates) / twoLanes)}   (${told(twoLanes)} events/s)`],
      ['  to it without the log record', `${told(median(rates) / withoutLog)}   (${told(withoutLog)} events/s)`],
    ],
  };
}
