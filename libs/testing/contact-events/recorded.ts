/** A lane's events as they stand in Postgres: on record, and projected as far as a test wants. */
import type { Pool } from 'pg';
import { PostgresCheckpoints } from '#adapters/postgres/log/checkpoints.js';
import { PostgresProjectionStore } from '#adapters/postgres/read-models/store.js';
import type { ContactEventRow } from '#contracts/contact-event-record.js';
import { BatchProjector } from '#engine/projection/batch-projector.js';
import type { EventLane } from './stream.js';

/** Puts the events on record, as the deciding transaction does. */
export async function record(pool: Pool, rows: readonly ContactEventRow[]): Promise<void> {
  for (const row of rows) {
    await pool.query(
      `insert into engine.event (workspace_id, contact_id, version, id, type, v, occurred_at, recorded_at, causation_id, correlation_id,
         data, pii, input_topic, input_partition, input_position, lane, position)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
      [
        row.workspaceId,
        row.contactId,
        row.version,
        row.id,
        row.type,
        row.v,
        new Date(row.occurredAt),
        new Date(row.recordedAt),
        row.causationId,
        row.correlationId,
        JSON.stringify(row.data),
        row.pii,
        row.inputTopic,
        row.inputPartition,
        row.inputPosition,
        row.lane,
        row.position,
      ],
    );
    await pool.query(
      `insert into engine.contact_state as s (workspace_id, contact_id, version, recorded_at, sealed) values ($1, $2, $3, $4, '')
       on conflict (workspace_id, contact_id) do update set version = greatest(s.version, excluded.version)`,
      [row.workspaceId, row.contactId, row.version, new Date(row.recordedAt)],
    );
  }
}

/** Takes the lane's partition and projects up to position `to`. */
export async function project(pool: Pool, lane: EventLane, to = lane.rows.length): Promise<void> {
  const checkpoints = new PostgresCheckpoints(pool);
  const taken = await checkpoints.take('projection', 'contact-events.g1', lane.partition, 'me');
  if (taken === null) throw new Error('the partition is another’s');
  const { fence, next: first } = taken;
  const { signal } = new AbortController();
  const batch = { fence, first, next: to, records: lane.records(first, to), attempt: 0, signal };
  await new BatchProjector(new PostgresProjectionStore(pool, checkpoints), lane).project(batch);
}
