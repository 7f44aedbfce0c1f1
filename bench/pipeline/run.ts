/** One run: the consumers start on a full log, until everything is decided, projected and copied for delivery. */
import type pg from 'pg';
import { Child } from '../world/child.js';
import type { World } from '../world/world.js';
import { drained } from './drained.js';
import { copyOf, dropCopy } from './filled.js';

export interface Run {
  readonly seconds: number;
  readonly walBytes: number;
  /** Of the engine's process, while it ran. */
  readonly cpuSeconds: number;
  /** Of Postgres, while it ran. */
  readonly serverCpuSeconds: number;
  readonly peakRssMb: number;
  readonly rows: Rows;
}

/** What was written. */
export interface Rows {
  readonly events: number;
  readonly seen: number;
  /** Engagements that a rule matched: it fired or was held. */
  readonly matched: number;
  /** Inputs that came back from effects and were decided too. */
  readonly outcomes: number;
}

export async function runOnce(world: World, name: string, profile: string | null): Promise<Run> {
  const client = await copyOf(world, name);
  const engine = new Child('pipeline/engine-process', { profile });
  try {
    await engine.ask('open', world.configuration(name));
    const before = {
      wal: await walOf(client),
      rows: await rowsOf(client),
      spent: await engine.spent(),
      server: world.cpuSeconds(),
    };
    const began = performance.now();
    await engine.ask('consume');
    const ended = await drained(client);
    const server = world.cpuSeconds() - before.server;
    const { cpuSeconds, peakRssMb } = await engine.spent();
    const walBytes = (await walOf(client)) - before.wal;
    await engine.stop();
    const rows = difference(await rowsOf(client), before.rows);
    const spent = { cpuSeconds: cpuSeconds - before.spent.cpuSeconds, serverCpuSeconds: server, peakRssMb };
    return { seconds: (ended - began) / 1000, walBytes, ...spent, rows };
  } finally {
    await engine.stop();
    await client.end();
    await dropCopy(world, name);
  }
}

async function walOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ bytes: string }>(`select pg_current_wal_insert_lsn() - '0/0' as bytes`);
  return Number(rows[0]?.bytes);
}

async function rowsOf(client: pg.Client): Promise<Rows> {
  const { rows } = await client.query<Record<keyof Rows, string>>(`
    select count(*) as events,
      count(distinct causation_id) filter (where type in ('rule_fired', 'rule_held')) as matched,
      (select count(*) from engine.seen) as seen,
      count(*) filter (where type = 'effect_outcome_recorded') as outcomes
    from engine.event`);
  const row = rows[0] as Record<keyof Rows, string>;
  return {
    events: Number(row.events),
    seen: Number(row.seen),
    matched: Number(row.matched),
    outcomes: Number(row.outcomes),
  };
}

function difference(after: Rows, before: Rows): Rows {
  const of = (name: keyof Rows) => after[name] - before[name];
  return { events: of('events'), seen: of('seen'), matched: of('matched'), outcomes: of('outcomes') };
}
