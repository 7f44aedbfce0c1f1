/** The outgoing webhook of a workspace. Its address and secret are wrapped by the master key: an address may hold a token. */
import type { Pool } from 'pg';
import type { Uuid } from '#contracts/ids.js';
import type { OutgoingWebhook, OutgoingWebhooks } from '#engine/effects/outgoing-webhook.js';
import type { MasterKey } from '#engine/sealing/sealing.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

const LOAD = statement(
  'registry.outgoing_webhook.load',
  `select url_wrapped as url, secret_wrapped as secret, state from registry.outgoing_webhook where workspace_id = $1`,
);
const SAVE = statement(
  'registry.outgoing_webhook.save',
  `insert into registry.outgoing_webhook as w (workspace_id, url_wrapped, secret_wrapped) values ($1, $2, $3)
on conflict (workspace_id) do update
set url_wrapped = excluded.url_wrapped, secret_wrapped = excluded.secret_wrapped, state = 'active', version = w.version + 1,
  updated_at = now()
returning version`,
);
const SET_STATE = statement(
  'registry.outgoing_webhook.set_state',
  `update registry.outgoing_webhook set state = $2, version = version + 1, updated_at = now() where workspace_id = $1`,
);
const REMOVE = statement(
  'registry.outgoing_webhook.remove',
  'delete from registry.outgoing_webhook where workspace_id = $1',
);

interface Row extends Record<string, unknown> {
  readonly url: Buffer;
  readonly secret: Buffer;
  readonly state: OutgoingWebhook['state'];
}

const owner = (workspaceId: Uuid, part: 'url' | 'secret') => `outgoing-webhook-${part}:${workspaceId}`;

export class PostgresOutgoingWebhooks implements OutgoingWebhooks {
  constructor(
    private readonly pool: Pool,
    private readonly master: MasterKey,
  ) {}

  async load(workspaceId: Uuid): Promise<OutgoingWebhook | null> {
    const row = (await query<Row>(this.pool, bind(LOAD, [workspaceId]))).rows[0];
    if (row === undefined) return null;
    const opened = (part: 'url' | 'secret') => this.master.unwrapSecret(row[part], owner(workspaceId, part)).toString();
    return { url: opened('url'), secret: opened('secret'), state: row.state };
  }

  /** Sets or replaces it, active. Answers its new version. */
  async save(workspaceId: Uuid, { url, secret }: Pick<OutgoingWebhook, 'url' | 'secret'>): Promise<number> {
    const wrapped = [
      this.master.wrapSecret(Buffer.from(url), owner(workspaceId, 'url')),
      this.master.wrapSecret(Buffer.from(secret), owner(workspaceId, 'secret')),
    ];
    const { rows } = await query<{ version: number }>(this.pool, bind(SAVE, [workspaceId, ...wrapped]));
    return rows[0]?.version ?? 0;
  }

  /** Paused: new effects go to the inbox only, waiting ones wait until their notAfter. False when there is none. */
  async setState(workspaceId: Uuid, state: OutgoingWebhook['state']): Promise<boolean> {
    return (await query(this.pool, bind(SET_STATE, [workspaceId, state]))).rowCount === 1;
  }

  /** False when there was none. */
  async remove(workspaceId: Uuid): Promise<boolean> {
    return (await query(this.pool, bind(REMOVE, [workspaceId]))).rowCount === 1;
  }
}
