/** Records of topics other than `engagements` that could not be read: parked as they came, for an operator. */
import type { PoolClient } from 'pg';
import type { LogRecord } from '#contracts/record.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

const SET_ASIDE = statement(
  'engine.parked.set_aside',
  `insert into engine.parked (topic, partition, position, workspace_id, id, type, v, at, data, sealed, reason)
values ($1, $2, $3, $4, $5, $6, $7, to_timestamp($8::float8 / 1000), $9, $10, 'poison')
on conflict do nothing`,
);

/** In the caller's transaction, which moves the checkpoint past them. */
export async function setAside(tx: PoolClient, records: readonly LogRecord[]): Promise<void> {
  for (const { topic, partition, position, workspaceId, id, type, v, at, data, sealed } of records) {
    const place = [topic, partition, position];
    await query(tx, bind(SET_ASIDE, [...place, workspaceId, id, type, v, at, JSON.stringify(data), sealed]));
  }
}
