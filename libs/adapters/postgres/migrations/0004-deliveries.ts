/** Migration 4: raw deliveries and quarantine (moved here from the log), and the queue of effects. */
export const name = 'deliveries';

export const up = `
create schema deliveries;
create schema delivery;

create table deliveries.delivery (
  workspace_id uuid not null,
  id           uuid not null,
  source_id    uuid not null,
  provider     text not null,
  received_at  timestamptz not null,
  outcome      text not null,
  engagements  integer not null,
  unreadable   integer not null,
  -- Method, URL, headers without credentials, and the raw body; under the workspace's daily key of received_at.
  sealed       bytea not null,
  primary key (workspace_id, id, received_at)
) partition by range (received_at);
create index delivery_recent on deliveries.delivery (workspace_id, received_at desc);
create table deliveries.delivery_default partition of deliveries.delivery default;

create table deliveries.quarantine (
  id           uuid primary key,
  workspace_id uuid not null,
  source_id    uuid not null,
  delivery_id  uuid not null,
  -- Element of the body; null: the whole body.
  element      integer,
  received_at  timestamptz not null,
  reason       text not null,
  sealed       bytea not null,
  state        text not null default 'open' check (state in ('open', 'redriven', 'discarded'))
);
create index quarantine_open on deliveries.quarantine (workspace_id, received_at desc) where state = 'open';

-- One-time tokens that alone are signed (Mailgun), as hashes: a token that comes with another body is refused.
create table deliveries.replay_token (
  workspace_id uuid not null,
  source_id    uuid not null,
  token_hash   bytea not null,
  body_hash    bytea not null,
  seen_at      timestamptz not null,
  primary key (workspace_id, source_id, token_hash)
);
create index replay_token_seen on deliveries.replay_token (seen_at);

create table delivery.effect_queue (
  effect_id    uuid not null,
  target       text not null,
  workspace_id uuid not null,
  contact_id   uuid not null,
  -- Version of the requesting event: a later effect of the same contact and target waits for the earlier one.
  version      integer not null,
  kind         text not null,
  not_after    timestamptz not null,
  -- The requesting event: its data, and its pii as sealed under the contact's key, bound to the event's id.
  event_id     uuid not null,
  data         jsonb not null,
  sealed       bytea not null,
  state        text not null default 'queued' check (state in ('queued', 'delivered', 'dead', 'expired', 'discarded')),
  attempts     integer not null default 0,
  -- When it is next due; while leased, when the lease ends.
  next_at      timestamptz not null default now(),
  epoch        bigint not null default 0,
  owner        text,
  last_reason  text,
  created_at   timestamptz not null default now(),
  settled_at   timestamptz,
  primary key (effect_id, target)
) with (fillfactor = 70);
create index effect_queue_due on delivery.effect_queue (target, next_at) where state = 'queued';
create index effect_queue_order on delivery.effect_queue (workspace_id, contact_id, target, version) where state = 'queued';
create index effect_queue_settled on delivery.effect_queue (settled_at) where state <> 'queued';
create index effect_queue_dead on delivery.effect_queue (workspace_id, settled_at desc) where state = 'dead';
`;
