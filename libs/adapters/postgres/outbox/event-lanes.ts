/**
 * The lanes of the event store as a relay sees them, where contact events travel on a log of their own (Kafka): what was decided in
 * a lane is published in its order to the partition of `contact-events` that is the lane's, and stays in the store.
 */
import type { Pool } from 'pg';
import { type ContactEventRow, contactEventRecord } from '#contracts/contact-event-record.js';
import type { Appendable, LogRecord } from '#contracts/record.js';
import { laneOf, placeOf, TOPICS, topicOf } from '#contracts/topics.js';
import type { LaneFence, OutboxLanes } from '#engine/outbox/outbox.js';
import { LaneTail } from '../log/lane-tail.js';
import { READ_LANE } from '../log/reader.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';
import { PostgresOutbox } from './outbox.js';

const WAITING = statement(
  'engine.lane_head.waiting',
  `
select h.lane from engine.lane_head h
left join log.outbox_lane o on o.lane = 'contact-events.g' || h.lane / 4096 || '/' || h.lane % 4096
where h.next > coalesce(o.relayed, 0)
  and (o.owner is null or o.owner = $1 or o.leased_until < clock_timestamp())
order by h.lane`,
);
const TAKE = statement(
  'log.outbox_lane.take_event_lane',
  `
insert into log.outbox_lane as o (lane, epoch, owner, leased_until)
values ($1, 1, $2, clock_timestamp() + $3 * interval '1 ms')
on conflict (lane) do update set epoch = o.epoch + 1, owner = excluded.owner, leased_until = excluded.leased_until
where o.owner is null or o.owner = excluded.owner or o.leased_until < clock_timestamp()
returning epoch, relayed`,
);

export class PostgresEventLanes implements OutboxLanes {
  readonly #pool: Pool;
  readonly #leaseMs: number;
  readonly #marks: PostgresOutbox;
  readonly #tail = new LaneTail();

  /** `leaseMs`: how long a relay that says nothing keeps a lane; default 10,000. */
  constructor(pool: Pool, leaseMs = 10_000) {
    this.#pool = pool;
    this.#leaseMs = leaseMs;
    this.#marks = new PostgresOutbox(pool, leaseMs);
  }

  async waiting(owner: string): Promise<readonly string[]> {
    return (await query<{ lane: number }>(this.#pool, bind(WAITING, [owner]))).rows.map(({ lane }) => nameOf(lane));
  }

  async take(lane: string, owner: string): Promise<{ fence: LaneFence; relayed: number } | null> {
    const taken = bind(TAKE, [lane, owner, this.#leaseMs]);
    const row = (await query<{ epoch: number; relayed: number }>(this.#pool, taken)).rows[0];
    return row ? { fence: { lane, epoch: row.epoch }, relayed: row.relayed } : null;
  }

  /** Events that this process decided, after their commit: they are relayed from memory, as they stand in the store. */
  committed(records: readonly LogRecord[]): void {
    this.#tail.add(records);
  }

  async read(lane: string, from: number, max: number): Promise<readonly Appendable[]> {
    const number = numberOf(lane);
    const { generation, partition } = placeOf(number);
    const held = this.#tail.read(topicOf(TOPICS.contactEvents.name, generation), partition, from, max);
    if (held.length > 0) return held.map(withoutPlace);
    const bound = bind(READ_LANE, [number, from, from + max]);
    const { rows } = await query<ContactEventRow & Record<string, unknown>>(this.#pool, bound);
    return rows.map((row) => withoutPlace(contactEventRecord(row)));
  }

  move(fence: LaneFence, expected: number, relayed: number): Promise<void> {
    return this.#marks.move(fence, expected, relayed);
  }

  release(fence: LaneFence): Promise<void> {
    return this.#marks.release(fence);
  }
}

/** The place in the lane travels in `data`; the one on the log is given there. */
function withoutPlace({ position: _, ...record }: LogRecord): Appendable {
  return record;
}

/** `contact-events.gN/PARTITION`. */
function nameOf(lane: number): string {
  const { generation, partition } = placeOf(lane);
  return `${topicOf(TOPICS.contactEvents.name, generation)}/${partition}`;
}

function numberOf(name: string): number {
  const match = /\.g(\d+)\/(\d+)$/.exec(name);
  if (!match) throw new Error(`${name} is no lane of contact events`);
  return laneOf(Number(match[1]), Number(match[2]));
}
