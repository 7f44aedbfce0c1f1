import pg from 'pg';
import { forwardLane, PostgresDecisionStore } from '#adapters/postgres/event-store/decision-store.js';
import { releaseWorkspace } from '#adapters/postgres/event-store/held.js';
import { PostgresRecordReader } from '#adapters/postgres/event-store/record-reader.js';
import { PostgresWorkspaceKeys } from '#adapters/postgres/keys/workspace-keys.js';
import { PostgresCheckpoints } from '#adapters/postgres/log/checkpoints.js';
import { PostgresOutbox } from '#adapters/postgres/outbox/outbox.js';
import { createPool } from '#adapters/postgres/pool.js';
import { createWorkspace } from '#adapters/postgres/registry/workspaces.js';
import { PostgresRulesRegistry } from '#adapters/postgres/rules/registry.js';
import { PostgresTimers } from '#adapters/postgres/timers/timers.js';
import type { Uuid } from '#contracts/ids.js';
import { laneOf } from '#contracts/topics.js';
import { MemoryTables } from '#engine/decision/memory-store.js';
import type {
  Activation,
  ArmedTimer,
  BooksChange,
  ParkedChange,
  ParkedInput,
  StateChange,
  TokenOnRecord,
} from '#engine/decision/store.js';
import type { QuarantineRow } from '#engine/deliveries/moved.js';
import { memoryMasterKey } from '#engine/sealing/memory-keys.js';
import { TIMERS_LANE } from '#engine/timers/timers.js';
import type { DecisionWorld } from './driver.js';
import { T0 } from './engagements.js';

/** A world on a migrated database of its own; `clear` empties it for the next case. */
export interface PostgresWorld extends DecisionWorld {
  readonly pool: pg.Pool;
  clear(): Promise<void>;
  close(): Promise<void>;
}

const CLEARED = [
  ...['engine.event', 'engine.contact_state', 'engine.seen', 'engine.books', 'engine.parked', 'engine.lane_head'],
  ...[
    'log.checkpoint',
    'sealing.contact_key',
    'registry.rule_activation',
    'registry.rule_version',
    'log.outbox',
    'log.outbox_lane',
    'deliveries.quarantine',
    'engine.held_workspace',
    'deliveries.replay_token',
    'engine.timer',
    'engine.timer_fired',
  ],
];

/** Of the partitions that specs have. */
const LANES = [0, 1, 2, 3].map((partition) => forwardLane(laneOf(1, partition)));

/** `now`: milliseconds; days before have no key. */
export async function postgresWorld(url: string, now = T0): Promise<PostgresWorld> {
  const pool = createPool(url, { role: 'test' });
  const outbox = new PostgresOutbox(pool);
  const checkpoints = new PostgresCheckpoints(pool);
  const master = memoryMasterKey();
  const workspaces = [await workspace(pool, master, 'one'), await workspace(pool, master, 'two')] as const;
  return {
    pool,
    store: new PostgresDecisionStore(pool, checkpoints, (tx, lane, records) => outbox.enqueue(tx, lane, records)),
    leases: checkpoints,
    registry: new PostgresRulesRegistry(pool),
    master,
    workspaces: new PostgresWorkspaceKeys(pool, master, () => now),
    workspaceIds: workspaces,
    addVersions: async (workspaceId, versions) => {
      for (const { rule, version, yaml, templates, attributes } of versions)
        await pool.query(
          `insert into registry.rule_version (workspace_id, rule, version, hash, yaml, templates, attributes)
           values ($1, $2, $3, $4, $4, $5, $6)`,
          [workspaceId, rule, version, yaml, templates, attributes ?? {}],
        );
    },
    timers: new PostgresTimers(pool),
    reader: new PostgresRecordReader(pool),
    spoil: async (contactId) => {
      await pool.query("update engine.event set pii = decode(repeat('00', 40), 'hex') where contact_id = $1", [
        contactId,
      ]);
    },
    release: async (workspaceId) => void (await releaseWorkspace(pool, workspaceId)),
    forgetStates: async () => {
      await pool.query('delete from engine.contact_state');
    },
    tables: async () => {
      const tables = await tablesOf(pool);
      tables.forwards = (await Promise.all([...LANES, TIMERS_LANE].map((lane) => outbox.read(lane, 0, 1_000)))).flat();
      return tables;
    },
    clear: async () => {
      // Few rows: deleting them is quicker than truncating every partition.
      await pool.query(CLEARED.map((table) => `delete from ${table}`).join(';'));
    },
    close: () => pool.end(),
  };
}

async function workspace(pool: pg.Pool, master: ReturnType<typeof memoryMasterKey>, name: string): Promise<Uuid> {
  const made = await createWorkspace(pool, master, name);
  if (made === null) throw new Error(`workspace ${name} is there already`);
  return made.id;
}

const camel = (row: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );

/** The stored rows as the in-memory store would hold them. */
async function tablesOf(pool: pg.Pool): Promise<MemoryTables> {
  const all = async <Row>(table: string): Promise<Row[]> =>
    (await pool.query(`select * from ${table}`)).rows.map((row) => camel(row) as Row);
  const tables = new MemoryTables();
  type Contact = { workspaceId: Uuid; contactId: Uuid };
  for (const row of await all<Contact & { wrapped: Buffer }>('sealing.contact_key'))
    tables.keys.set(`${row.workspaceId}/${row.contactId}`, row.wrapped);
  for (const row of await all<StateChange>('engine.contact_state'))
    tables.states.set(`${row.workspaceId}/${row.contactId}`, row);
  tables.events = await all('engine.event');
  for (const row of await all<{ lane: number; next: number }>('engine.lane_head')) tables.heads.set(row.lane, row.next);
  for (const row of await all<{ workspaceId: Uuid; key: Uuid; month: string }>('engine.seen'))
    tables.seen.add(`${row.workspaceId}/${row.key}/${row.month}`);
  for (const { writer, accepted: _, ...row } of await all<BooksChange & { writer: string; accepted: number }>(
    'engine.books',
  )) {
    const lane = Number(writer.slice('lane:'.length));
    tables.books.set(`${row.workspaceId}/${row.sourceId}/${row.hour}/${lane}`, { ...row, lane });
  }
  for (const { parkedAt: _, ...row } of await all<ParkedInput & { state: ParkedChange['state']; parkedAt: number }>(
    'engine.parked',
  ))
    tables.parked.set(`${row.topic}/${row.partition}/${row.position}`, row);
  for (const { id, reason, element, sealed, ...row } of await all<QuarantineRow>('deliveries.quarantine'))
    tables.quarantine.set(id, { ...row, id, reason, element, sealed });
  for (const row of await all<TokenOnRecord>('deliveries.replay_token'))
    tables.tokens.set(`${row.workspaceId}/${row.token}`, row);
  for (const row of await all<{ workspaceId: Uuid }>('engine.held_workspace')) tables.held.add(row.workspaceId);
  for (const row of await all<ArmedTimer>('engine.timer'))
    tables.timers.set(`${row.workspaceId}/${row.contactId}/${row.purpose}`, row);
  tables.activations = await all<Activation>('registry.rule_activation');
  return tables;
}
