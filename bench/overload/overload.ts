/** `overload`: several times what ingest can take, for some seconds: what it took, what it refused, and whether all it took was applied. */
import type pg from 'pg';
import { subjectOf, type Uuid } from '#contracts/ids.js';
import { openRuntime, type Runtime } from '#platform/runtime/runtime.js';
import { drainedKafka } from '../kafka/drained-kafka.js';
import type { Options } from '../options.js';
import { drained } from '../pipeline/drained.js';
import { progress, type Report, told } from '../report/report.js';
import { Child } from '../world/child.js';
import { engineOn } from '../world/engine.js';
import { loadNow, machine } from '../world/machine.js';
import { benchWorkspace } from '../world/workspace.js';
import { benchLogger, openWorld, type World } from '../world/world.js';
import { addressesOf } from './addresses.js';
import type { Flood, Flooded, Prepared } from './sender-process.js';

/** Of the flood at most, whether they are accepted or not. */
const EVENTS = 400_000;
const PER_REQUEST = 50;
/** Requests of each of the first two rounds: long enough that memory is what it is under load. */
const SUSTAINED = 600;
const TIMES = 4;
const SECONDS = 20;
const CONNECTIONS = 1_500;

export async function overload({ events: wanted, profile, log }: Options): Promise<Report> {
  const most = Math.ceil((wanted ?? EVENTS) / PER_REQUEST);
  const world = await openWorld(log);
  const sender = new Child('overload/sender-process');
  const engine = engineOn(world, profile);
  let watching: Runtime | null = null;
  try {
    const { workspace, secret } = await setUp(world);
    const target = { ...workspace, url: await engine.open() };
    const client = await world.connect();
    // On Kafka the broker is asked too.
    if (log === 'kafka') watching = await openRuntime(world.configuration(), { url: world.url() }, benchLogger());
    const runtime = watching;
    const empty = () => (runtime ? drainedKafka(client, runtime) : drained(client));
    let first = 0;
    const prepare = async (count: number) => {
      const wish: Prepared = { target, first, requests: count, events: PER_REQUEST };
      await sender.ask('prepare', wish);
      first += count;
    };
    // The first round warms up.
    let sustained = 0;
    for (const round of ['warming up', 'what it sustains']) {
      progress(round);
      await prepare(SUSTAINED);
      sustained = await sender.ask<number>('sustain', 16);
    }
    await empty();
    const before = (await engine.spent()).peakRssMb;
    const requests = Math.min(most, Math.ceil(sustained * TIMES * SECONDS));
    // The last shows that it recovers.
    await prepare(requests + 1);
    progress(`${requests} requests at ${told(sustained * TIMES)} a second`);
    const wish: Flood = { perSecond: sustained * TIMES, connections: CONNECTIONS };
    const flooded = await sender.ask<Flooded>('flood', wish);
    const growth = (await engine.spent()).peakRssMb - before;
    progress('waiting until all of it is applied');
    await empty();
    const lost = await missing(client, workspace.id, secret, flooded.accepted);
    return report(world, flooded, { sustained, growth, lost });
  } finally {
    await Promise.all([sender.stop(), engine.stop()]);
    await watching?.close();
    await world.close();
  }
}

async function setUp(world: World) {
  const runtime = await openRuntime(world.configuration(), { url: world.url() }, benchLogger());
  try {
    const workspace = await benchWorkspace(runtime);
    return { workspace, secret: await runtime.workspaceKeys.secret(workspace.id) };
  } finally {
    await runtime.close();
  }
}

/** Events of accepted requests whose contact shows none. */
async function missing(
  client: pg.Client,
  workspaceId: Uuid,
  secret: Buffer,
  accepted: readonly number[],
): Promise<number> {
  let lost = 0;
  for (const request of accepted) {
    const contacts = addressesOf(request, PER_REQUEST).map((value) => subjectOf(secret, { kind: 'email', value }));
    const { rows } = await client.query<{ found: string }>({
      name: 'applied',
      text: `select count(*) as found from read.contact where workspace_id = $1 and contact_id = any ($2::uuid[]) and engagements > 0`,
      values: [workspaceId, contacts],
    });
    lost += PER_REQUEST - Number(rows[0]?.found);
  }
  return lost;
}

interface Judged {
  readonly sustained: number;
  readonly growth: number;
  readonly lost: number;
}

function report(world: World, flooded: Flooded, { sustained, growth, lost }: Judged): Report {
  const { accepted, refused, broken, unsent, seconds, answeredMs, recoverSeconds } = flooded;
  const refusals = Object.values(refused).reduce((sum, count) => sum + count, 0);
  const statuses = Object.entries(refused).map(([status, count]) => `${status}: ${count}`);
  return {
    bench: 'overload',
    figures: {
      accepted: accepted.length,
      refused: refusals,
      lost,
      rss_growth_mb: growth,
      recover_s: recoverSeconds,
      accepted_requests_per_s: accepted.length / seconds,
      answered_p99_ms: answeredMs,
      broken,
      unsent,
      sustained_requests_per_s: sustained,
    },
    rows: [
      ['machine', machine()],
      ['', `${world.server}; ${loadNow()}`],
      [
        'load',
        `${TIMES} times ${told(sustained)} requests a second, of ${PER_REQUEST} events, on ${CONNECTIONS} connections at most`,
      ],
      ['requests accepted', told(accepted.length)],
      ['  refused', `${told(refusals)}${statuses.length === 0 ? '' : ` (${statuses.join(', ')})`}`],
      ['  broken off, not sent for want of a connection', `${broken} · ${unsent}`],
      ['  accepted a second', told(accepted.length / seconds)],
      ['answered within, 99 of 100, ms', told(answeredMs)],
      ['events accepted and not applied', told(lost)],
      ['growth of the peak of memory, MB', told(growth)],
      ['accepted again after, s', told(recoverSeconds)],
    ],
  };
}
