/** The log under a fault run, seen from outside: how far it goes, and a way to put on it what nobody can read. */
import { randomBytes, randomUUID } from 'node:crypto';
import { KafkaLog } from '#adapters/kafka/kafka-log.js';
import type { Appendable } from '#contracts/record.js';
import { TOPICS, topicOf } from '#contracts/topics.js';
import { MemoryCheckpoints } from '#engine/log/memory-checkpoints.js';
import type { Counted, Reached } from '../checker/books.js';
import type { End } from '../checker/observed.js';
import type { Database } from './database.js';
import { KafkaFollower } from './kafka-follower.js';

export interface LogView {
  /** Contact events are published to it; else they are read where they were decided. */
  readonly isRelayed: boolean;
  /** Where each partition of each topic ends. */
  ends(): Promise<readonly End[]>;
  /** Puts a record on the contact's partition of `engagements` whose seal is not of its key: no version of ours can read it. */
  poison(workspaceId: string, contactId: string): Promise<void>;
  /** What the records below these places count in the books. Rejects when the log does not answer. */
  counted(workspaceId: string, reached: readonly Reached[]): Promise<Counted>;
  /** Engagements on the log beyond those that its deliveries tell of, up to where `counted` was last asked for. */
  surplus(): number;
  close(): Promise<void>;
}

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

const ENDS = `
select topic, partition, next from log.head where topic not like 'contact-events.%'
union all
select 'contact-events.g' || lane / 4096, (lane % 4096)::smallint, next from engine.lane_head`;

/** As an appender does it: under the lock of the head. The data names no source, so that it is in no books. */
const APPEND = `
with partition as (
  select t.id as topic_id, h.topic, h.partition from log.topic t join log.head h on h.topic = t.name
  where t.name = 'engagements.g1' and h.partition = mod(('x' || substr($2::text, 1, 8))::bit(32)::bigint, t.partitions)
), head as (
  update log.head h set next = h.next + 1 from partition p where h.topic = p.topic and h.partition = p.partition
  returning h.next - 1 as position
)
insert into log.record (topic_id, partition, position, key, workspace_id, id, type, v, at, data, sealed)
select p.topic_id, p.partition, head.position, $2::uuid, $1, gen_random_uuid(), 'engagement', 1, now(), '{}', $3
from partition p, head`;

const COUNTED = `
with places as (
  select * from jsonb_to_recordset($2::jsonb) as p(topic text, partition smallint, "from" bigint, "to" bigint)
)
select count(*) filter (where r.type = 'engagement')::float8 as ended,
  coalesce(sum((r.data->>'engagements')::int + (r.data->>'unreadable')::int)
    filter (where r.type = 'delivery_received'), 0)::float8 as accepted
from places p join log.topic t on t.name = p.topic
join log.record r on r.topic_id = t.id and r.partition = p.partition and r.position >= p."from" and r.position < p."to"
where r.workspace_id = $1 and r.data->>'sourceId' is not null`;

/** Counts each record once: what was counted before is remembered. */
class PostgresTally {
  #counted: Counted = { accepted: 0, ended: 0 };
  readonly #until = new Map<string, number>();

  constructor(private readonly database: Database) {}

  async to(workspaceId: string, reached: readonly Reached[]): Promise<Counted> {
    const places = reached.map(({ topic, partition, next }) => {
      const from = this.#until.get(`${topic}/${partition}`) ?? 0;
      return { topic, partition, from, to: next };
    });
    const more = await this.database.use(
      async (client) => (await client.query<Counted>(COUNTED, [workspaceId, JSON.stringify(places)])).rows[0],
    );
    for (const { topic, partition, to } of places) this.#until.set(`${topic}/${partition}`, to);
    const { accepted, ended } = this.#counted;
    this.#counted = { accepted: accepted + (more?.accepted ?? 0), ended: ended + (more?.ended ?? 0) };
    return this.#counted;
  }
}

export function postgresLogView(database: Database): LogView {
  const tally = new PostgresTally(database);
  return {
    isRelayed: false,
    ends: () => database.use(async (client) => (await client.query<End>(ENDS)).rows),
    poison: (workspaceId, contactId) =>
      database.use(async (client) => void (await client.query(APPEND, [workspaceId, contactId, randomBytes(64)]))),
    counted: (workspaceId, reached) => tally.to(workspaceId, reached),
    // All of a request or nothing is appended, and once.
    surplus: () => 0,
    close: async () => undefined,
  };
}

export async function kafkaLogView(brokers: readonly string[]): Promise<LogView> {
  const checkpoints = new MemoryCheckpoints();
  const log = await KafkaLog.open({ brokers }, SILENT, { leases: checkpoints, registry: null });
  const follower = new KafkaFollower(log, checkpoints);
  for (const { name } of [TOPICS.engagements, TOPICS.deliveries]) await follower.follow(topicOf(name, 1));
  return {
    isRelayed: true,
    ends: async () => {
      const all: End[] = [];
      for (const topic of (await log.topics()).keys())
        for (const [partition, next] of (await log.ends(topic)).entries()) all.push({ topic, partition, next });
      return all;
    },
    poison: async (workspaceId, contactId) => {
      const record = { topic: topicOf(TOPICS.engagements.name, 1), key: contactId, workspaceId, id: randomUUID() };
      const rest = { type: 'engagement', v: 1, at: Date.now(), data: {}, sealed: randomBytes(64) };
      await log.append([{ ...record, ...rest } as Appendable], { timeoutMs: 20_000 });
    },
    counted: (_, reached) => follower.counted(reached),
    surplus: () => follower.surplus(),
    close: () => log.close(),
  };
}
