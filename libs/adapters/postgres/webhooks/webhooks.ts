/** Subscriptions as people manage them. */
import { randomUUID } from 'node:crypto';
import pg, { type Pool } from 'pg';
import type { Uuid } from '#contracts/ids.js';
import type { MasterKey } from '#engine/sealing/sealing.js';
import type { ChangeFilter } from '#engine/webhooks/filter.js';
import { targetOf } from '#engine/webhooks/subscription.js';
import { type FeedPlace, feedEnd } from '../feed/read.js';
import { bind, statement } from '../statement.js';
import { inTransaction, query } from '../transaction.js';
import { opened, wrapped } from './secrets.js';

const COLUMNS = `w.id, w.workspace_id as "workspaceId", w.name, w.url_wrapped as url, w.filter, w.retry_hours as "retryHours", w.state,
  w.disabled_reason as "disabledReason", w.position, w.mark, w.failures, w.failing_since as "failingSince", w.hold_until as "holdUntil",
  w.old_secret_until as "oldSecretUntil", w.version, w.created_at as "createdAt", w.updated_at as "updatedAt"`;
const LIST = statement(
  'registry.webhook.list',
  `select ${COLUMNS} from registry.webhook w where w.workspace_id = $1 order by w.name limit 1000`,
);
const ONE = statement(
  'registry.webhook.one',
  `select ${COLUMNS} from registry.webhook w where w.workspace_id = $1 and w.id = $2`,
);
const INSERT = statement(
  'registry.webhook.insert',
  `insert into registry.webhook as w (id, workspace_id, name, url_wrapped, secret_wrapped, filter, retry_hours, position, mark)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing returning ${COLUMNS}`,
);
const REVISE = statement(
  'registry.webhook.revise',
  `update registry.webhook w set name = $4, url_wrapped = $5, filter = $6, retry_hours = $7, state = $8,
  disabled_reason = case when $8 = 'disabled' then w.disabled_reason end,
  failures = case when $8 = w.state then w.failures else 0 end,
  failing_since = case when $8 = w.state then w.failing_since end,
  hold_until = case when $8 = w.state then w.hold_until end,
  position = coalesce($9, w.position), mark = coalesce($10, w.mark), version = w.version + 1, updated_at = now()
where w.workspace_id = $1 and w.id = $2 and w.version = $3 returning ${COLUMNS}`,
);
const ROTATE = statement(
  'registry.webhook.rotate',
  `update registry.webhook w set old_secret_wrapped = w.secret_wrapped, old_secret_until = $5, secret_wrapped = $4,
  version = w.version + 1, updated_at = now()
where w.workspace_id = $1 and w.id = $2 and w.version = $3 returning ${COLUMNS}`,
);
const DELETE = statement(
  'registry.webhook.delete',
  'delete from registry.webhook where workspace_id = $1 and id = $2 and version = $3',
);
const DISCARD = statement(
  'delivery.effect_queue.discard_of_target',
  `update delivery.effect_queue set state = 'discarded', epoch = epoch + 1, owner = null, settled_at = now()
where target = $1 and workspace_id = $2 and state = 'queued'`,
);

/** Times in milliseconds. */
export interface Webhook {
  readonly id: Uuid;
  readonly workspaceId: Uuid;
  readonly name: string;
  readonly url: string;
  readonly filter: ChangeFilter;
  readonly retryHours: number;
  readonly state: 'active' | 'paused' | 'disabled';
  readonly disabledReason: string | null;
  /** Up to where in the feed it was dispatched. */
  readonly position: number;
  readonly mark: string;
  readonly failures: number;
  readonly failingSince: number | null;
  readonly holdUntil: number | null;
  readonly oldSecretUntil: number | null;
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export type WebhookWish = Pick<Webhook, 'name' | 'url' | 'filter' | 'retryHours'>;

type Row = Omit<Webhook, 'url'> & { readonly url: Buffer } & Record<string, unknown>;

/** The workspace has another one of this name. */
export class NameTaken extends Error {
  override readonly name = 'NameTaken';
}

/** A row to change: as it was read, at that version. */
export type WebhookRef = Pick<Webhook, 'workspaceId' | 'id' | 'version'>;

export class PostgresWebhooks {
  constructor(
    private readonly pool: Pool,
    private readonly master: MasterKey,
  ) {}

  /** By name, at most 1,000. */
  async list(workspaceId: Uuid): Promise<readonly Webhook[]> {
    return (await query<Row>(this.pool, bind(LIST, [workspaceId]))).rows.map((row) => this.#shown(row));
  }

  async one(workspaceId: Uuid, id: Uuid): Promise<Webhook | null> {
    return this.#first((await query<Row>(this.pool, bind(ONE, [workspaceId, id]))).rows);
  }

  /** Told what changes from now on. Null when the workspace has one of this name. */
  async create(workspaceId: Uuid, wish: WebhookWish, secret: string): Promise<Webhook | null> {
    const id = randomUUID();
    const { position, mark } = await feedEnd(this.pool, workspaceId);
    const sealed = [wrapped(this.master, wish.url, id, 'url'), wrapped(this.master, secret, id, 'secret')];
    const { name, filter, retryHours } = wish;
    const values = [id, workspaceId, name, ...sealed, JSON.stringify(filter), retryHours, position, mark];
    return this.#first((await query<Row>(this.pool, bind(INSERT, values))).rows);
  }

  /**
   * Null when it is at another version. `from`: where to go on in the feed; what waits is discarded then. Another state begins with a
   * clean slate of failures. Throws NameTaken.
   */
  async revise(
    { workspaceId, id, version }: WebhookRef,
    wish: WebhookWish & Pick<Webhook, 'state'>,
    from: FeedPlace | null,
  ): Promise<Webhook | null> {
    const { name, url, filter, retryHours, state } = wish;
    const sealed = wrapped(this.master, url, id, 'url');
    const place = [from?.position ?? null, from?.mark ?? null];
    const values = [workspaceId, id, version, name, sealed, JSON.stringify(filter), retryHours, state, ...place];
    return inTransaction(this.pool, async (tx) => {
      const { rows } = await tx.query<Row>(bind(REVISE, values)).catch((error: unknown) => {
        throw isTaken(error) ? new NameTaken(name) : error;
      });
      if (rows.length > 0 && from !== null) await tx.query(bind(DISCARD, [targetOf(id), workspaceId]));
      return this.#first(rows);
    });
  }

  /** Both secrets sign until `oldUntil` (milliseconds). Null when it is at another version. */
  async rotate({ workspaceId, id, version }: WebhookRef, secret: string, oldUntil: number): Promise<Webhook | null> {
    const values = [workspaceId, id, version, wrapped(this.master, secret, id, 'secret'), new Date(oldUntil)];
    return this.#first((await query<Row>(this.pool, bind(ROTATE, values))).rows);
  }

  /** With what waits for it. False when it is at another version. */
  remove({ workspaceId, id, version }: WebhookRef): Promise<boolean> {
    return inTransaction(this.pool, async (tx) => {
      const { rowCount } = await tx.query(bind(DELETE, [workspaceId, id, version]));
      if (rowCount === 1) await tx.query(bind(DISCARD, [targetOf(id), workspaceId]));
      return rowCount === 1;
    });
  }

  #first(rows: readonly Row[]): Webhook | null {
    return rows[0] === undefined ? null : this.#shown(rows[0]);
  }

  #shown(row: Row): Webhook {
    return { ...row, url: opened(this.master, row.url, row.id, 'url') };
  }
}

/** Unique violation (SQLSTATE 23505): the name is all that is unique beside the id. */
function isTaken(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '23505';
}
