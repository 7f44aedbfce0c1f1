/** `pipeline --log kafka`: broker, Postgres and the services apart on the same machine, and what that is of the same way without logic. */
import type pg from 'pg';
import { openRuntime, type Runtime } from '#platform/runtime/runtime.js';
import { campaign, type Sent } from '../load/campaign.js';
import { CONTACTS } from '../load/people.js';
import { Recorder } from '../load/records.js';
import type { Options } from '../options.js';
import { BulkWrite } from '../pipeline/bulk-write.js';
import { difference, type Rows, rowsOf, walOf } from '../pipeline/written.js';
import { median, progress, type Report, told, toldRuns } from '../report/report.js';
import { loadNow, machine } from '../world/machine.js';
import type { ServiceName } from '../world/service-process.js';
import { Services } from '../world/services.js';
import { benchWorkspace } from '../world/workspace.js';
import { benchLogger, openWorld, type World } from '../world/world.js';
import { bareWay } from './bare-way.js';
import { behind, drainedKafka } from './drained-kafka.js';
import { pgbench, producerPerf } from './tools.js';

const EVENTS = 100_000;
const RUNS = 3;
const SEED = 1;
const AT_ONCE = 1_000;
const NAMES = ['rules', 'projection', 'delivery'] as const satisfies readonly ServiceName[];

interface Run {
  /** From the first decision to the last row. */
  readonly seconds: number;
  readonly walBytes: number;
  readonly rows: Rows;
  /** CPU seconds meanwhile. */
  readonly services: ReadonlyMap<ServiceName, number>;
  readonly postgres: number;
  readonly broker: number;
  readonly peakRssMb: number;
}

export async function pipelineOnKafka({ events: wanted, profile }: Options): Promise<Report> {
  const events = wanted ?? EVENTS;
  const world = await openWorld('kafka');
  const runtime = await openRuntime(world.configuration(), { url: world.url() }, benchLogger());
  const client = await world.connect();
  try {
    const recorder = new Recorder(runtime, await benchWorkspace(runtime));
    await putContacts(world, runtime, client, recorder, Math.min(CONTACTS, events));
    const load = campaign(SEED, runtime.clock());
    const runs: Run[] = [];
    for (let n = 1; n <= RUNS; n += 1) {
      progress(`run ${n} of ${RUNS}: putting ${events} events on the log`);
      const sent = Array.from({ length: events }, () => load.next().value);
      await putEngagements(runtime, recorder, sent);
      runs.push(await runOnce({ world, runtime, client, events, profile }));
    }
    return report(world, events, runs, await limits(world, runtime, runs, events));
  } finally {
    await runtime.close();
    await world.close();
  }
}

async function putContacts(
  world: World,
  runtime: Runtime,
  client: pg.Client,
  recorder: Recorder,
  contacts: number,
): Promise<void> {
  progress(`putting ${contacts} contacts on record`);
  const services = new Services(world, NAMES);
  try {
    await services.start();
    for (let from = 0; from < contacts; from += AT_ONCE) {
      const ranks = Array.from({ length: Math.min(AT_ONCE, contacts - from) }, (_, n) => from + n);
      await runtime.log.append(await Promise.all(ranks.map((rank) => recorder.contact(rank))), { timeoutMs: 60_000 });
    }
    await drainedKafka(client, runtime);
  } finally {
    await services.stop();
  }
  await client.query('vacuum (analyze)');
  await client.query('checkpoint');
}

async function putEngagements(runtime: Runtime, recorder: Recorder, sent: readonly Sent[]): Promise<void> {
  for (let from = 0; from < sent.length; from += AT_ONCE) {
    const some = sent.slice(from, from + AT_ONCE).map(({ event }) => event);
    await runtime.log.append(await recorder.engagements(some), { timeoutMs: 60_000 });
  }
}

interface Wish {
  readonly world: World;
  readonly runtime: Runtime;
  readonly client: pg.Client;
  readonly events: number;
  readonly profile: string | null;
}

async function runOnce({ world, runtime, client, events, profile }: Wish): Promise<Run> {
  const services = new Services(world, NAMES, profile);
  try {
    const before = { wal: await walOf(client), rows: await rowsOf(client) };
    const ready = services.start();
    // Rejects in the end below, where it is waited for.
    ready.catch(() => undefined);
    const began = await firstDecision(client, runtime, events);
    const [postgres, broker] = [world.cpuSeconds(), world.brokerCpuSeconds()];
    await ready;
    const spent = await services.spent();
    const ended = await drainedKafka(client, runtime);
    const after = await services.spent();
    return {
      seconds: (ended - began) / 1000,
      walBytes: (await walOf(client)) - before.wal,
      rows: difference(await rowsOf(client), before.rows),
      services: new Map(
        [...after].map(([name, { cpuSeconds }]) => [name, cpuSeconds - (spent.get(name)?.cpuSeconds ?? 0)]),
      ),
      postgres: world.cpuSeconds() - postgres,
      broker: world.brokerCpuSeconds() - broker,
      peakRssMb: Math.max(...[...after.values()].map(({ peakRssMb }) => peakRssMb)),
    };
  } finally {
    await services.stop();
  }
}

/** The time at which nothing had been decided yet for the last time: joining the groups is not what is measured. */
async function firstDecision(client: pg.Client, runtime: Runtime, events: number): Promise<number> {
  for (;;) {
    const at = performance.now();
    if ((await behind(client, runtime)).undecided < events) return at;
  }
}

interface Limits {
  /** Records a second of the way without logic. */
  readonly bare: readonly number[];
  readonly producer: string;
  readonly statements: string;
}

async function limits(world: World, runtime: Runtime, runs: readonly Run[], events: number): Promise<Limits> {
  const rows = runs[0]?.rows;
  const shape = { events: (rows?.events ?? events) / events, seen: (rows?.seen ?? events) / events, log: false };
  const bulk = await BulkWrite.open(world);
  const clients = await Promise.all([1, 2].map(() => bulk.connect()));
  const { topics, configuration, log } = runtime;
  const brokers = configuration.kafkaBrokers;
  const partitions = (await log.ends(topics.engagements)).length;
  const bare: number[] = [];
  for (let n = 1; n <= RUNS; n += 1) {
    progress(`the same way without logic, ${n} of ${RUNS}`);
    const wish = { brokers, topic: topics.engagements, partitions, records: events, bulk, shape, clients };
    bare.push(await bareWay({ ...wish, group: `bare-${n}` }));
  }
  await Promise.all(clients.map((one) => one.end()));
  progress('kafka-producer-perf-test and pgbench');
  const producer = await producerPerf(brokers, events);
  const statements = await pgbench(bulk.url, shape);
  return { bare, producer, statements };
}

function report(world: World, events: number, runs: readonly Run[], { bare, producer, statements }: Limits): Report {
  const of = (value: (run: Run) => number) => runs.map(value);
  const micros = (value: (run: Run) => number) => of((run) => (1e6 * value(run)) / events);
  const rates = of(({ seconds }) => events / seconds);
  const ratio = median(rates) / median(bare);
  return {
    bench: 'pipeline',
    figures: {
      events_per_s: median(rates),
      baseline_events_per_s: median(bare),
      ratio,
      wal_bytes_per_event: median(of(({ walBytes }) => walBytes / events)),
      peak_rss_mb: median(of(({ peakRssMb }) => peakRssMb)),
      ...Object.fromEntries(
        NAMES.map((name) => [`${name}_cpu_us_per_event`, median(micros(({ services }) => services.get(name) ?? 0))]),
      ),
      postgres_cpu_us_per_event: median(micros(({ postgres }) => postgres)),
      broker_cpu_us_per_event: median(micros(({ broker }) => broker)),
    },
    rows: [
      ['machine', machine()],
      ['', `${world.server}; ${loadNow()}`],
      ['load', `${events} engagements, ${told(CONTACTS)} contacts; rules, projection and delivery a process each`],
      ['events/s', toldRuns(rates)],
      ['  events stored per engagement', told((runs[0]?.rows.events ?? 0) / events)],
      ...NAMES.map(
        (name) => [`  CPU of ${name}, µs/event`, toldRuns(micros(({ services }) => services.get(name) ?? 0))] as const,
      ),
      ['  CPU of Postgres, µs/event', toldRuns(micros(({ postgres }) => postgres))],
      ['  CPU of the broker, µs/event', toldRuns(micros(({ broker }) => broker))],
      ['WAL bytes/event', toldRuns(of(({ walBytes }) => walBytes / events))],
      ['peak RSS of a service, MB', toldRuns(of(({ peakRssMb }) => peakRssMb))],
      ['the same way without logic, events/s', toldRuns(bare)],
      ['ratio to it', told(ratio)],
      ['kafka-producer-perf-test', producer],
      ['pgbench -f', statements],
    ],
  };
}
