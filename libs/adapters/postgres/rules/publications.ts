/** Publications in Postgres: versions, the publication and its inputs in the outbox, in one transaction. */
import type { Pool, PoolClient } from 'pg';
import type { Uuid } from '#contracts/ids.js';
import type { Outbox } from '#engine/outbox/outbox.js';
import type { KnownVersion, Publication, Publications, PublishingUnit } from '#engine/publishing/publications.js';
import { passGate } from '../log/generations/publishing-gate.js';
import { bind, statement } from '../statement.js';
import { inTransaction, query } from '../transaction.js';

/** The outbox lane of publications, of all workspaces. */
export const PUBLICATIONS_LANE = 'publications';

const LOCK = statement('registry.workspace.lock', 'select id from registry.workspace where id = $1 for no key update');
const LATEST = statement(
  'registry.publication.latest',
  `select id, workspace_id as "workspaceId", number, rules, author
from registry.publication where workspace_id = $1 order by number desc limit 1`,
);
const VERSIONS = statement(
  'registry.rule_version.known',
  `select rule, version, hash from registry.rule_version
where workspace_id = $1 and rule = any ($2::text[]) order by rule, version`,
);
const ADD_VERSION = statement(
  'registry.rule_version.insert',
  `insert into registry.rule_version (workspace_id, rule, version, hash, yaml, templates, attributes, author, note)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
);
const ADD = statement(
  'registry.publication.insert',
  'insert into registry.publication (id, workspace_id, number, rules, author) values ($1, $2, $3, $4, $5)',
);
const IN_FORCE = statement(
  'registry.rule_activation.count',
  `select count(distinct partition)::int as partitions from registry.rule_activation
where workspace_id = $1 and topic = $2 and number >= $3`,
);

export class PostgresPublications implements Publications {
  constructor(
    private readonly pool: Pool,
    private readonly outbox: Outbox<PoolClient>,
  ) {}

  transaction<T>(workspaceId: Uuid, work: (unit: PublishingUnit) => Promise<T>): Promise<T> {
    return inTransaction(this.pool, async (tx) => {
      // Held to the end: two publishers of a workspace would take the same number. Rows that refer to the workspace wait for nobody.
      const { rowCount } = await query(tx, bind(LOCK, [workspaceId]));
      if (rowCount === 0) throw new Error(`there is no workspace ${workspaceId}`);
      return work(this.unit(tx, workspaceId));
    });
  }

  private unit(tx: PoolClient, workspaceId: Uuid): PublishingUnit {
    return {
      latest: () => latest(tx, workspaceId),
      versions: async (rules) =>
        (await query<KnownVersion & Record<string, unknown>>(tx, bind(VERSIONS, [workspaceId, rules]))).rows,
      addVersion: async ({ rule, hash, yaml, templates, attributes }, version, { author, note }) => {
        const content = [yaml, JSON.stringify(templates), JSON.stringify(attributes)];
        await query(tx, bind(ADD_VERSION, [workspaceId, rule, version, hash, ...content, author, note]));
      },
      publish: async ({ id, number, rules, author }, inputs) => {
        for (const topic of new Set(inputs.map((input) => input.topic))) await passGate(tx, topic);
        await query(tx, bind(ADD, [id, workspaceId, number, JSON.stringify(rules), author]));
        await this.outbox.enqueue(tx, PUBLICATIONS_LANE, inputs);
      },
    };
  }

  latest(workspaceId: Uuid): Promise<Publication | null> {
    return latest(this.pool, workspaceId);
  }

  async inForceOn(workspaceId: Uuid, topic: string, number: number): Promise<number> {
    const { rows } = await query<{ partitions: number }>(this.pool, bind(IN_FORCE, [workspaceId, topic, number]));
    return rows[0]?.partitions ?? 0;
  }
}

async function latest(connection: Pool | PoolClient, workspaceId: Uuid): Promise<Publication | null> {
  const { rows } = await query<Publication & Record<string, unknown>>(connection, bind(LATEST, [workspaceId]));
  return rows[0] ?? null;
}
