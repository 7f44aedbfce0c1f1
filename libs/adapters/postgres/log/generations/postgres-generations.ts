/** Generations as consumers follow them: which one a group reads, and when it goes on to the next. */
import type { Pool } from 'pg';
import { laneOf, TOPICS, type TopicName, topicOf } from '#contracts/topics.js';
import type { Generations } from '#engine/log/generations.js';
import { bind, statement } from '../../statement.js';
import { inTransaction, query } from '../../transaction.js';
import { close, isClosed } from './closing.js';
import { type GenerationRow, generationRows, moveGeneration, openOf } from './generation-table.js';

const ENDS = statement(
  'log.generation_end.of',
  'select "end" from log.generation_end where topic = $1 order by partition',
);
// Forwards of the generation's lanes, and its decided events where they are relayed to a log of their own.
const UNTOLD = statement(
  'log.outbox_lane.untold',
  `select exists (
  select from log.outbox_lane where lane ~ '^forward:[0-9]+$' and relayed < next
    and substring(lane from 9)::integer between $1 and $2
  union all
  select from engine.lane_head h
  left join log.outbox_lane o on o.lane = 'contact-events.g' || h.lane / 4096 || '/' || h.lane % 4096
  where $3 and h.lane between $1 and $2 and coalesce(o.relayed, 0) < h.next
) as untold`,
);
const LAST_PARTITION = 4_095;

export interface ReadLog {
  /** Per partition of a topic the position after its last record. */
  ends(topic: string): Promise<readonly number[]>;
  /** Decided events are relayed to it, because it is not the event store itself. */
  readonly isRelayed: boolean;
}

export class PostgresGenerations implements Generations {
  constructor(
    private readonly pool: Pool,
    private readonly log: ReadLog,
    /** Consumer group of the rules service, which alone reads `engagements`. */
    private readonly rules: string,
  ) {}

  /** The newest that is consumed. */
  async open(): Promise<number> {
    return openOf(await generationRows(this.pool));
  }

  async reading(group: string, topic: TopicName): Promise<number> {
    if (topic === TOPICS.deliveries.name) return 1;
    const open = await this.open();
    if (topic === TOPICS.engagements.name) return open;
    for (let generation = 1; generation < open; generation += 1)
      if (!(await isClosed(this.pool, group, topicOf(topic, generation)))) return generation;
    return open;
  }

  async advance(group: string, topic: TopicName, generation: number): Promise<boolean> {
    if (topic === TOPICS.deliveries.name) return false;
    const next = (await generationRows(this.pool)).find((row) => row.generation === generation + 1);
    if (next === undefined) return false;
    if (topic === TOPICS.engagements.name) return this.#openNext(group, next);
    if (next.state !== 'open') return false;
    // Nothing is decided in its lanes any more, and all of it has been told: where the log ends now is where it ends.
    const name = topicOf(topic, generation);
    return close(this.pool, group, name, await this.log.ends(name));
  }

  /** The next generation is consumed once the one before is closed and its lanes have told the log everything. */
  async #openNext(group: string, { generation, state }: GenerationRow): Promise<boolean> {
    if (state === 'open') return true;
    if (state !== 'ended' || group !== this.rules) return false;
    const before = topicOf(TOPICS.engagements.name, generation - 1);
    const { rows } = await query<{ end: number }>(this.pool, bind(ENDS, [before]));
    if (
      !(await close(
        this.pool,
        group,
        before,
        rows.map(({ end }) => end),
      ))
    )
      return false;
    if (await this.#isUntold(generation - 1)) return false;
    await inTransaction(this.pool, (tx) => moveGeneration(tx, generation, 'ended', 'open'));
    return true;
  }

  async #isUntold(generation: number): Promise<boolean> {
    const values = [laneOf(generation, 0), laneOf(generation, LAST_PARTITION), this.log.isRelayed];
    const { rows } = await query<{ untold: boolean }>(this.pool, bind(UNTOLD, values));
    return rows[0]?.untold !== false;
  }
}
