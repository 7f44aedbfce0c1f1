/** Reads a partition by position: from the log's own table, or, for contact events, from the event store by lane. */
import type { Pool } from 'pg';
import { type ContactEventRow, contactEventRecord } from '#contracts/contact-event-record.js';
import type { JsonObject } from '#contracts/json.js';
import type { LogRecord } from '#contracts/record.js';
import { laneOf } from '#contracts/topics.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';
import type { Topic } from './topics.js';

const COLUMNS = 'position, appended_at, key, workspace_id, id, type, v, at, data, sealed';
// Positions have no gaps, so a range of them is a limit too, and one that no plan can misjudge.
const READ = statement(
  'log.record.read',
  `
select ${COLUMNS} from log.record
where topic_id = $1 and partition = $2 and position >= $3 and position < $4 and appended_at >= $5
order by position`,
);
// Lengths stand beside what is stored apart: nothing is read to be measured.
const READ_BOUNDED = statement(
  'log.record.read_bounded',
  `
select ${COLUMNS} from (
  select ${COLUMNS}, sum(octet_length(sealed)) over (order by position) as bytes from log.record
  where topic_id = $1 and partition = $2 and position >= $3 and position < $4 and appended_at >= $5
) r
where bytes is null or bytes <= $6 or position = $3
order by position`,
);
const READ_FIRST = statement(
  'log.record.first',
  `
select ${COLUMNS} from log.record
where topic_id = $1 and partition = $2 and position >= $3 order by position limit 1`,
);
const EVENT = `
  select id, workspace_id as "workspaceId", contact_id as "contactId", version, type, v, occurred_at as "occurredAt",
    recorded_at as "recordedAt", causation_id as "causationId", correlation_id as "correlationId", data, pii,
    input_topic as "inputTopic", input_partition as "inputPartition", input_position as "inputPosition", lane, position
  from engine.event`;
/** Events of a lane, from a position up to another. */
export const READ_LANE = statement(
  'engine.event.read_lane',
  `${EVENT} where lane = $1 and position >= $2 and position < $3 order by position`,
);
const READ_LANE_FIRST = statement(
  'engine.event.first',
  `${EVENT} where lane = $1 and position >= $2 order by position limit 1`,
);

interface RecordRow {
  readonly position: number;
  readonly appended_at: number;
  readonly key: string | null;
  readonly workspace_id: string;
  readonly id: string;
  readonly type: string;
  readonly v: number;
  readonly at: number;
  readonly data: JsonObject;
  readonly sealed: Buffer | null;
}

interface Wanted {
  readonly from: number;
  readonly max: number;
  readonly maxBytes?: number | undefined;
}

/** Clocks are set back now and then: what was appended this long before the last record read is still looked for. */
const FLOOR_SLACK_MS = 3_600_000;

export class Reader {
  readonly #pool: Pool;
  /** appended_at of the last record read, by partition: older table partitions need not be looked at. */
  readonly #floors = new Map<string, { readonly position: number; readonly at: number }>();

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Records from `from` on, in order, at most `max` and `maxBytes`. Answers the first there is when `from` itself is gone. */
  read(topic: Topic, partition: number, wanted: Wanted): Promise<readonly LogRecord[]> {
    return topic.lanesOf === null
      ? this.#readTopic(topic, partition, wanted)
      : this.#readLane(laneOf(topic.lanesOf, partition), wanted);
  }

  /** The first record from `from` on, wherever it lies: tells a gap from the end of the log. */
  async first(topic: Topic, partition: number, from: number): Promise<readonly LogRecord[]> {
    if (topic.lanesOf !== null) {
      const statement = bind(READ_LANE_FIRST, [laneOf(topic.lanesOf, partition), from]);
      return (await query<ContactEventRow & Record<string, unknown>>(this.#pool, statement)).rows.map(
        contactEventRecord,
      );
    }
    const { rows } = await query<RecordRow & Record<string, unknown>>(
      this.#pool,
      bind(READ_FIRST, [topic.id, partition, from]),
    );
    return rows.map((row) => recordOf(topic, partition, row));
  }

  async #readTopic(topic: Topic, partition: number, wanted: Wanted): Promise<readonly LogRecord[]> {
    const { from, max, maxBytes } = wanted;
    const name = `${topic.id}/${partition}`;
    const known = this.#floors.get(name);
    const floor = known && known.position <= from ? known.at - FLOOR_SLACK_MS : 0;
    const range = (at: number) => {
      const values = [topic.id, partition, from, from + max, new Date(at)];
      return maxBytes === undefined ? bind(READ, values) : bind(READ_BOUNDED, [...values, maxBytes]);
    };
    let { rows } = await query<RecordRow & Record<string, unknown>>(this.#pool, range(floor));
    // A hole may only be the floor's: the clock was set back by more than the slack.
    if (floor > 0 && rows.some((row, index) => row.position !== from + index)) {
      rows = (await query<RecordRow & Record<string, unknown>>(this.#pool, range(0))).rows;
    }
    const last = rows.at(-1);
    if (last) this.#floors.set(name, { position: last.position, at: last.appended_at });
    return rows.map((row) => recordOf(topic, partition, row));
  }

  async #readLane(lane: number, { from, max }: Wanted): Promise<readonly LogRecord[]> {
    const { rows } = await query<ContactEventRow & Record<string, unknown>>(
      this.#pool,
      bind(READ_LANE, [lane, from, from + max]),
    );
    return rows.map(contactEventRecord);
  }
}

function recordOf(topic: Topic, partition: number, row: RecordRow): LogRecord {
  const { position, key, workspace_id: workspaceId, id, type, v, at, data, sealed } = row;
  return { topic: topic.name, partition, position, key, workspaceId, id, type, v, at, data, sealed };
}
