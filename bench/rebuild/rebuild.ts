/** `rebuild`: events a second of a rebuild of all read models, and what that is of a bulk write of the same rows. */
import { firstOf } from '../load/campaign.js';
import { CONTACTS } from '../load/people.js';
import type { Options } from '../options.js';
import { drained } from '../pipeline/drained.js';
import { fill } from '../pipeline/filled.js';
import { median, progress, type Report, told, toldRuns } from '../report/report.js';
import { Child } from '../world/child.js';
import { loadNow, machine } from '../world/machine.js';
import { openWorld, type World } from '../world/world.js';
import { type Copied, copyReadModels } from './copy.js';
import type { Rebuilt } from './rebuild-process.js';

const EVENTS = 60_000;
const RUNS = 3;
const SEED = 1;

interface Run extends Rebuilt {
  readonly cpuSeconds: number;
  readonly serverCpuSeconds: number;
  readonly peakRssMb: number;
}

export async function rebuild({ events: wanted, profile }: Options): Promise<Report> {
  const engagements = wanted ?? EVENTS;
  const world = await openWorld();
  try {
    await fill(world, Math.min(CONTACTS, engagements), (now) => firstOf(SEED, now, engagements));
    await decided(world);
    const runs: Run[] = [];
    const copies: Copied[] = [];
    for (let n = 1; n <= RUNS; n += 1) {
      progress(`rebuild ${n} of ${RUNS}`);
      runs.push(await runOnce(world, profile));
      progress('bulk write of the same rows');
      copies.push(await copyReadModels(world.url()));
    }
    return report(world, runs, copies);
  } finally {
    await world.close();
  }
}

async function decided(world: World): Promise<void> {
  progress('deciding and projecting all of it');
  const engine = new Child('pipeline/engine-process');
  await engine.ask('open', world.configuration());
  await engine.ask('consume');
  const client = await world.connect();
  await drained(client);
  await engine.stop();
  await client.query('vacuum (analyze)');
  await client.query('checkpoint');
  await client.end();
}

async function runOnce(world: World, profile: string | null): Promise<Run> {
  const child = new Child('rebuild/rebuild-process', { profile });
  try {
    const [before, server] = [await child.spent(), world.cpuSeconds()];
    const rebuilt = await child.ask<Rebuilt>('rebuild', world.configuration());
    const { cpuSeconds, peakRssMb } = await child.spent();
    if (rebuilt.differences > 0) throw new Error(`${rebuilt.differences} rows differ: the rebuild is wrong`);
    const serverCpuSeconds = world.cpuSeconds() - server;
    return { ...rebuilt, cpuSeconds: cpuSeconds - before.cpuSeconds, serverCpuSeconds, peakRssMb };
  } finally {
    await child.stop();
  }
}

function report(world: World, runs: readonly Run[], copies: readonly Copied[]): Report {
  const of = (value: (run: Run) => number) => runs.map(value);
  const rates = of(({ events, seconds }) => events / seconds);
  const copy = median(copies.map(({ seconds }) => seconds));
  const ratios = of(({ seconds }) => copy / seconds);
  const phase = (name: keyof Run['phases']) => told(median(of(({ phases }) => phases[name] ?? 0)));
  const micros = (value: (run: Run) => number) => of((run) => (1e6 * value(run)) / run.events);
  return {
    bench: 'rebuild',
    figures: {
      events_per_s: median(rates),
      ratio_to_copy: median(ratios),
      copy_rows_per_s: (copies[0]?.rows ?? 0) / copy,
      peak_rss_mb: median(of(({ peakRssMb }) => peakRssMb)),
      rebuild_cpu_us_per_event: median(micros(({ cpuSeconds }) => cpuSeconds)),
      postgres_cpu_us_per_event: median(micros(({ serverCpuSeconds }) => serverCpuSeconds)),
    },
    rows: [
      ['machine', machine()],
      ['', `${world.server}; ${loadNow()}`],
      ['record', `${told(runs[0]?.events ?? 0)} events; ${told(copies[0]?.rows ?? 0)} rows in the read models`],
      ['events/s', toldRuns(rates)],
      ['  seconds reading, indexing', `${phase('reading')}, ${phase('indexing')}`],
      ['  seconds comparing, switching', `${phase('comparing')}, ${phase('switching')}`],
      ['  CPU of the rebuild, µs/event', toldRuns(micros(({ cpuSeconds }) => cpuSeconds))],
      ['  CPU of Postgres, µs/event', toldRuns(micros(({ serverCpuSeconds }) => serverCpuSeconds))],
      ['peak RSS, MB', toldRuns(of(({ peakRssMb }) => peakRssMb))],
      ['bulk write of the same rows, s', toldRuns(copies.map(({ seconds }) => seconds))],
      ['ratio to it', toldRuns(ratios)],
    ],
  };
}
