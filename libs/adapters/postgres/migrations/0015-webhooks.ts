/** Migration 15: subscriptions to changes of contacts: where each stands in the feed, how its receiver fares, and recent attempts. */
export const name = 'webhooks';

export const up = `
create table registry.webhook (
  id                 uuid primary key,
  workspace_id       uuid not null references registry.workspace (id),
  name               text not null,
  -- Wrapped by the master key: an address may hold a token.
  url_wrapped        bytea not null,
  secret_wrapped     bytea not null,
  old_secret_wrapped bytea,
  old_secret_until   timestamptz,
  filter             jsonb not null,
  retry_hours        integer not null,
  state              text not null default 'active' check (state in ('active', 'paused', 'disabled')),
  -- A code: failing, gone, changes_expired.
  disabled_reason    text,
  -- The place in the changes feed up to which it was dispatched.
  position           bigint not null,
  mark               text not null,
  -- Failures since the last delivery, when the first of them was, and until when nothing is sent.
  failures           integer not null default 0,
  failing_since      timestamptz,
  hold_until         timestamptz,
  version            integer not null default 1,
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now(),
  unique (workspace_id, name)
) with (fillfactor = 70);

create table delivery.webhook_attempt (
  workspace_id uuid not null,
  webhook_id   uuid not null,
  effect_id    uuid not null,
  contact_id   uuid not null,
  attempt      integer not null,
  -- Of the receiver's answer; null: there was none.
  status       integer,
  -- A code; null: delivered.
  reason       text,
  took_ms      integer not null,
  at           timestamptz not null default now()
);
create index webhook_attempt_of on delivery.webhook_attempt (webhook_id, effect_id, at);
create index webhook_attempt_at on delivery.webhook_attempt (at);

-- Deliveries of one subscription, the newest first.
create index effect_queue_of_target on delivery.effect_queue (target, created_at desc, effect_id desc) where kind = 'contact.changed';
`;
