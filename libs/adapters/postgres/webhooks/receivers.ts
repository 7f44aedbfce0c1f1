/** Subscriptions as their sender needs them: address and secrets opened, attempts noted, failing receivers held and disabled. */
import type { Pool } from 'pg';
import type { Uuid } from '#contracts/ids.js';
import type { MasterKey } from '#engine/sealing/sealing.js';
import {
  DISABLED_AFTER_MS,
  FAILURES_BORNE,
  HOLD_MS,
  type Receiver,
  type Receivers,
  type Tried,
} from '#engine/webhooks/subscription.js';
import { bind, statement } from '../statement.js';
import { inTransaction, query } from '../transaction.js';
import { opened } from './secrets.js';

const LOAD = statement(
  'registry.webhook.load',
  `select url_wrapped as url, secret_wrapped as secret,
  case when old_secret_until > now() then old_secret_wrapped end as "oldSecret", state, hold_until as "holdUntil"
from registry.webhook where workspace_id = $1 and id = $2`,
);
const NOTE = statement(
  'delivery.webhook_attempt.insert',
  `insert into delivery.webhook_attempt (workspace_id, webhook_id, effect_id, contact_id, attempt, status, reason, took_ms)
values ($1, $2, $3, $4, $5, $6, $7, $8)`,
);
// A receiver that is well costs no write.
const WELL = statement(
  'registry.webhook.well',
  `update registry.webhook set failures = 0, failing_since = null, hold_until = null
where workspace_id = $1 and id = $2 and failures > 0`,
);
const FAILED = statement(
  'registry.webhook.failed',
  `update registry.webhook set failures = failures + 1, failing_since = coalesce(failing_since, now()),
  hold_until = case when failures + 1 >= $3 then now() + least($4 * 2.0 ^ least(failures + 1 - $3, 20), $5) * interval '1 ms' end,
  state = case when state = 'active' and ($7 or failing_since < now() - $6 * interval '1 ms') then 'disabled' else state end,
  disabled_reason = case when state = 'active' and $7 then 'gone'
    when state = 'active' and failing_since < now() - $6 * interval '1 ms' then 'failing' else disabled_reason end,
  updated_at = now()
where workspace_id = $1 and id = $2`,
);

const GONE = 410;

interface Row extends Record<string, unknown> {
  readonly url: Buffer;
  readonly secret: Buffer;
  readonly oldSecret: Buffer | null;
  readonly state: Receiver['state'];
  readonly holdUntil: number | null;
}

export class PostgresReceivers implements Receivers {
  constructor(
    private readonly pool: Pool,
    private readonly master: MasterKey,
  ) {}

  async load(workspaceId: Uuid, webhookId: Uuid): Promise<Receiver | null> {
    const row = (await query<Row>(this.pool, bind(LOAD, [workspaceId, webhookId]))).rows[0];
    if (row === undefined) return null;
    const { state, holdUntil } = row;
    const secrets = [row.secret, row.oldSecret].filter((one) => one !== null);
    return {
      url: opened(this.master, row.url, webhookId, 'url'),
      secrets: secrets.map((secret) => opened(this.master, secret, webhookId, 'secret')),
      state,
      holdUntil,
    };
  }

  /** A success ends the hold; failures lengthen it; 410, or days of nothing else, disables. */
  async tried(workspaceId: Uuid, webhookId: Uuid, tried: Tried): Promise<void> {
    const { effectId, contactId, attempt, status, reason, tookMs } = tried;
    await inTransaction(this.pool, async (tx) => {
      await tx.query(bind(NOTE, [workspaceId, webhookId, effectId, contactId, attempt, status, reason, tookMs]));
      if (reason === null) await tx.query(bind(WELL, [workspaceId, webhookId]));
      else await tx.query(bind(FAILED, [workspaceId, webhookId, ...HOLDS, status === GONE]));
    });
  }
}

const HOLDS = [FAILURES_BORNE, HOLD_MS.first, HOLD_MS.longest, DISABLED_AFTER_MS];
