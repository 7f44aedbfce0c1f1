/** Contact keys in Postgres: read here, made by the deciding transaction, deleted by erasure. */
import type { Pool } from 'pg';
import type { Uuid } from '#contracts/ids.js';
import { PoisonError } from '#engine/log/errors.js';
import type { ContactKeyCache } from '#engine/sealing/contact-key-cache.js';
import type { ContactKeys, DataKey } from '#engine/sealing/sealing.js';
import { UnopenedKey } from '#engine/sealing/unopened-key.js';
import { plainArray } from '../read-models/array-literal.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

const LOAD = statement(
  'sealing.contact_key.load',
  `select contact_id as "contactId", wrapped from sealing.contact_key
where workspace_id = $1 and contact_id = any ($2::uuid[])`,
);

export class PostgresContactKeys implements ContactKeys {
  constructor(
    private readonly pool: Pool,
    private readonly cache: ContactKeyCache,
  ) {}

  async load(workspaceId: Uuid, contactIds: readonly Uuid[]): Promise<ReadonlyMap<Uuid, DataKey>> {
    const { rows } = await query<{ contactId: Uuid; wrapped: Buffer }>(
      this.pool,
      bind(LOAD, [workspaceId, plainArray(contactIds)]),
    );
    return new Map(rows.map(({ contactId, wrapped }) => [contactId, this.opened(workspaceId, contactId, wrapped)]));
  }

  private opened(workspaceId: Uuid, contactId: Uuid, wrapped: Buffer): DataKey {
    try {
      return this.cache.open(workspaceId, contactId, wrapped);
    } catch (error) {
      if (error instanceof PoisonError) return new UnopenedKey(error);
      throw error;
    }
  }
}
