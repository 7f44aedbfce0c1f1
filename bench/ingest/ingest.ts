/** `ingest`: signed SendGrid requests a second until they are durable, and what that is of a server that only verifies and appends. */
import type { Appendable } from '#contracts/record.js';
import { openRuntime } from '#platform/runtime/runtime.js';
import type { Target } from '../http/requests.js';
import { firstOf } from '../load/campaign.js';
import { Recorder } from '../load/records.js';
import type { Options } from '../options.js';
import { median, progress, type Report, told, toldRuns } from '../report/report.js';
import { Child } from '../world/child.js';
import { loadNow, machine } from '../world/machine.js';
import { type BenchWorkspace, benchWorkspace } from '../world/workspace.js';
import { benchLogger, openWorld, type World } from '../world/world.js';
import type { BareWish } from './bare-process-wish.js';
import type { Sending } from './sender-process.js';

const EVENTS = 100_000;
const RUNS = 3;
const BATCH = 100;

/** How requests are sent: enough connections that the server is never idle. */
const KINDS = [
  { name: 'single', events: 1, share: 0.2, connections: 64 },
  { name: 'batch', events: BATCH, share: 1, connections: 16 },
] as const;

type Kind = (typeof KINDS)[number];

interface Server {
  readonly child: Child;
  readonly target: Target;
}

interface Measured {
  readonly requestsPerSecond: number;
  /** CPU of each process while it ran, microseconds a request. */
  readonly server: number;
  readonly sender: number;
  readonly postgres: number;
}

export async function ingest({ events: wanted, profile, log }: Options): Promise<Report> {
  const events = wanted ?? EVENTS;
  const world = await openWorld(log);
  const sender = new Child('ingest/sender-process');
  const engine = new Child('ingest/server-process', { profile });
  const bare = new Child('ingest/bare-process');
  try {
    const { workspace, records } = await setUp(world);
    const configuration = world.configuration();
    const wish: BareWish = { configuration, publicKey: workspace.publicKey, records };
    const servers = {
      engine: { child: engine, target: { ...workspace, url: await engine.ask<string>('open', configuration) } },
      bare: { child: bare, target: { ...workspace, url: await bare.ask<string>('open', wish) } },
    };
    const results = new Map<Kind, { engine: Measured[]; bare: Measured[] }>();
    for (const kind of KINDS) {
      const runs = { engine: [] as Measured[], bare: [] as Measured[] };
      results.set(kind, runs);
      const requests = Math.max(20, Math.round((events * kind.share) / kind.events));
      // The first round warms up and is not counted.
      for (let n = 0; n <= RUNS; n += 1) {
        for (const side of ['engine', 'bare'] as const) {
          progress(`${kind.name} requests to ${side}, ${n === 0 ? 'warming up' : `run ${n} of ${RUNS}`}`);
          const measured = await measure(world, sender, servers[side], kind, requests, n);
          if (n > 0) runs[side].push(measured);
        }
      }
    }
    return report(world, results);
  } finally {
    await Promise.all([sender.stop(), engine.stop(), bare.stop()]);
    await world.close();
  }
}

async function setUp(world: World) {
  const runtime = await openRuntime(world.configuration(), { url: world.url() }, benchLogger());
  try {
    const workspace: BenchWorkspace = await benchWorkspace(runtime);
    const recorder = new Recorder(runtime, workspace);
    const records = new Map<number, readonly Appendable[]>();
    for (const { events } of KINDS) {
      const sample = firstOf(1, runtime.clock(), events).map(({ event }) => event);
      records.set(events, await recorder.delivery(sample));
    }
    return { workspace, records };
  } finally {
    await runtime.close();
  }
}

async function measure(
  world: World,
  sender: Child,
  { child, target }: Server,
  { events, connections }: Kind,
  requests: number,
  seed: number,
): Promise<Measured> {
  const wish: Sending = { target, seed, requests, events, connections };
  await sender.ask('prepare', wish);
  const before = [await child.spent(), await sender.spent()] as const;
  const postgres = world.cpuSeconds();
  const seconds = await sender.ask<number>('send');
  const after = [await child.spent(), await sender.spent()] as const;
  return {
    requestsPerSecond: requests / seconds,
    server: (1e6 * (after[0].cpuSeconds - before[0].cpuSeconds)) / requests,
    sender: (1e6 * (after[1].cpuSeconds - before[1].cpuSeconds)) / requests,
    postgres: (1e6 * (world.cpuSeconds() - postgres)) / requests,
  };
}

function report(world: World, results: ReadonlyMap<Kind, { engine: Measured[]; bare: Measured[] }>): Report {
  const rows: [string, string][] = [
    ['machine', machine()],
    ['', `${world.server}; ${loadNow()}`],
  ];
  const figures: Record<string, number> = {};
  const ratios: number[] = [];
  for (const [{ name, events }, { engine, bare }] of results) {
    const rates = engine.map((run) => run.requestsPerSecond);
    const bareRates = bare.map((run) => run.requestsPerSecond);
    // Each run beside its neighbour: what else the machine did meanwhile hit both.
    const ratio = median(rates.map((rate, n) => rate / (bareRates[n] as number)));
    ratios.push(ratio);
    figures[`ratio_to_bare_${name}`] = ratio;
    figures[`bare_${name}_requests_per_s`] = median(bareRates);
    if (events === 1) figures['requests_per_s'] = median(rates);
    else figures['events_per_s'] = median(rates) * events;
    rows.push([`${events} event${events === 1 ? '' : 's'} a request: requests/s`, toldRuns(rates)]);
    if (events > 1) rows.push(['  events/s', toldRuns(rates.map((rate) => rate * events))]);
    rows.push(['  bare server, requests/s', toldRuns(bareRates)]);
    rows.push(['  ratio to bare', told(ratio)]);
    rows.push(['  CPU of server, sender, Postgres, µs/request', cpu(engine)]);
    rows.push(['  the same with the bare server', cpu(bare)]);
    figures[`cpu_us_per_${name}_request`] = median(engine.map((run) => run.server));
    figures[`bare_cpu_us_per_${name}_request`] = median(bare.map((run) => run.server));
  }
  // The one figure is the worse of both.
  return { bench: 'ingest', figures: { ...figures, ratio_to_bare: Math.min(...ratios) }, rows };
}

function cpu(runs: readonly Measured[]): string {
  return [
    median(runs.map((run) => run.server)),
    median(runs.map((run) => run.sender)),
    median(runs.map((run) => run.postgres)),
  ]
    .map(told)
    .join(' · ');
}
