/** `latency`: from the moment a webhook was to be sent until its event shows in the read model, at 200 events a second. */
import { subjectOf, type Uuid } from '#contracts/ids.js';
import { openRuntime, type Runtime } from '#platform/runtime/runtime.js';
import type { BareWish } from '../ingest/bare-process-wish.js';
import { campaign, firstOf } from '../load/campaign.js';
import { addressOf } from '../load/people.js';
import { Recorder } from '../load/records.js';
import type { Options } from '../options.js';
import { median, progress, quantile, type Report, told, toldRuns } from '../report/report.js';
import { Child } from '../world/child.js';
import { engineOn } from '../world/engine.js';
import { loadNow, machine } from '../world/machine.js';
import { benchWorkspace } from '../world/workspace.js';
import { benchLogger, openWorld, type World } from '../world/world.js';
import { PER_SECOND, type Scheduled } from './schedule.js';
import type { Latencies, Side } from './sender-process.js';

const EVENTS = 4_000;
const WARM_UP = 1_000;
const RUNS = 3;
const SEED = 1;
const BARE_DATABASE = 'bare';

const ENGINE_LOOK = `select contact_id, engagements as count from read.contact where workspace_id = $1 and contact_id = any ($2::uuid[])`;
const BARE_LOOK = `select contact_id, count from public.counted where $1::uuid is not null and contact_id = any ($2::uuid[])`;

interface Run extends Latencies {
  /** CPU while it ran. */
  readonly processCores: number;
  readonly postgresCores: number;
}

export async function latency({ events: wanted, profile, log }: Options): Promise<Report> {
  const events = wanted ?? EVENTS;
  const world = await openWorld(log);
  const sender = new Child('latency/sender-process');
  const engine = engineOn(world, profile);
  const bare = new Child('latency/bare-process');
  try {
    const { workspace, secret, records } = await setUp(world);
    const bareWish: BareWish = {
      configuration: await world.apart(BARE_DATABASE),
      publicKey: workspace.publicKey,
      records,
    };
    const sides: Side[] = [
      {
        name: 'engine',
        target: { ...workspace, url: await engine.open() },
        look: { databaseUrl: world.url(), text: ENGINE_LOOK, workspaceId: workspace.id },
      },
      {
        name: 'bare',
        target: { ...workspace, url: await bare.ask<string>('open', bareWish) },
        look: { databaseUrl: world.url(BARE_DATABASE), text: BARE_LOOK, workspaceId: workspace.id },
      },
    ];
    const schedules = schedulesOf(secret, Math.min(WARM_UP, events), events);
    const runs = new Map<string, Run[]>(sides.map(({ name }) => [name, []]));
    for (const side of sides) await sender.ask('open', side);
    for (const [n, schedule] of schedules.entries()) {
      for (const { name } of sides) {
        progress(`${schedule.length} events to ${name}, ${n === 0 ? 'warming up' : `run ${n} of ${RUNS}`}`);
        const child = name === 'engine' ? engine : bare;
        const before = { process: await child.spent(), postgres: world.cpuSeconds(), at: performance.now() };
        const latencies = await sender.ask<Latencies>('run', { name, schedule });
        const seconds = (performance.now() - before.at) / 1000;
        const processCores = ((await child.spent()).cpuSeconds - before.process.cpuSeconds) / seconds;
        const postgresCores = (world.cpuSeconds() - before.postgres) / seconds;
        if (n > 0) runs.get(name)?.push({ ...latencies, processCores, postgresCores });
      }
    }
    return report(world, runs.get('engine') ?? [], runs.get('bare') ?? []);
  } finally {
    await Promise.all([sender.stop(), engine.stop(), bare.stop()]);
    await world.close();
  }
}

async function setUp(world: World) {
  const server = await world.connect('postgres');
  await server.query(`create database ${BARE_DATABASE}`);
  const runtime: Runtime = await openRuntime(world.configuration(), { url: world.url() }, benchLogger());
  try {
    const workspace = await benchWorkspace(runtime);
    const secret = await runtime.workspaceKeys.secret(workspace.id);
    const sample = firstOf(1, runtime.clock(), 1).map(({ event }) => event);
    const records = new Map([[1, await new Recorder(runtime, workspace).delivery(sample)]]);
    return { workspace, secret, records };
  } finally {
    await runtime.close();
  }
}

/** One warm-up and the runs, parts of one campaign. */
function schedulesOf(secret: Buffer, warmUp: number, events: number): readonly Scheduled[][] {
  const load = campaign(SEED, Date.now());
  const contacts = new Map<number, Uuid>();
  const contactOf = (rank: number): Uuid => {
    const contactId = contacts.get(rank) ?? subjectOf(secret, { kind: 'email', value: addressOf(rank) });
    contacts.set(rank, contactId);
    return contactId;
  };
  return [warmUp, ...Array<number>(RUNS).fill(events)].map((count) =>
    Array.from({ length: count }, () => {
      const { event, rank, repeated } = load.next().value;
      return { event, repeated, contactId: contactOf(rank) };
    }),
  );
}

function report(world: World, engine: readonly Run[], bare: readonly Run[]): Report {
  const p = (share: number, runs: readonly Run[], of: keyof Latencies = 'visible') =>
    runs.map((run) => quantile(run[of], share));
  const ratios = p(0.5, engine).map((value, n) => value / (p(0.5, bare)[n] as number));
  return {
    bench: 'latency',
    figures: {
      p50_ms: median(p(0.5, engine)),
      p99_ms: median(p(0.99, engine)),
      ratio_to_bare_p50: median(ratios),
      answered_p50_ms: median(p(0.5, engine, 'answered')),
      answered_p99_ms: median(p(0.99, engine, 'answered')),
      bare_p50_ms: median(p(0.5, bare)),
      bare_p99_ms: median(p(0.99, bare)),
    },
    rows: [
      ['machine', machine()],
      ['', `${world.server}; ${loadNow()}`],
      ['load', `${PER_SECOND} single events a second, open-loop`],
      ['webhook → read model, p50 ms', toldRuns(p(0.5, engine))],
      ['  p99 ms', toldRuns(p(0.99, engine))],
      ['webhook → 2xx, p50 ms', toldRuns(p(0.5, engine, 'answered'))],
      ['  p99 ms', toldRuns(p(0.99, engine, 'answered'))],
      ['bare server and consumer, p50 ms', toldRuns(p(0.5, bare))],
      ['  p99 ms', toldRuns(p(0.99, bare))],
      ['ratio of p50 to bare', told(median(ratios))],
      ['CPU of engine and Postgres, cores', cores(engine)],
      ['  the same with the bare server', cores(bare)],
    ],
  };
}

function cores(runs: readonly Run[]): string {
  return `${told(median(runs.map((run) => run.processCores)))} · ${told(median(runs.map((run) => run.postgresCores)))}`;
}
