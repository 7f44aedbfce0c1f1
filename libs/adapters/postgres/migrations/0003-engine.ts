/** Migration 3: the record: events per contact, their folded state, de-duplication, books, parked inputs. */
export const name = 'engine';

export const up = `
create schema engine;

-- The event store. A lane read in position order is contact-events.
create table engine.event (
  workspace_id    uuid not null,
  contact_id      uuid not null,
  version         integer not null,
  id              uuid not null,
  type            text not null,
  v               smallint not null,
  occurred_at     timestamptz not null,
  recorded_at     timestamptz not null,
  causation_id    uuid not null,
  correlation_id  uuid not null,
  -- json and not jsonb: the text is kept as it was decided, so that a fold of what is read is the fold of what was decided.
  data            json not null,
  pii             bytea,
  input_topic     text not null,
  input_partition smallint not null,
  input_position  bigint not null,
  lane            integer not null,
  position        bigint not null,
  primary key (workspace_id, contact_id, version, recorded_at)
) partition by range (recorded_at);
create index event_lane on engine.event (lane, position);
-- Sealed bytes do not compress: no time is spent on trying.
alter table engine.event alter column pii set storage external;
create table engine.event_default partition of engine.event default;

create table engine.lane_head (
  lane integer primary key,
  next bigint not null default 0
) with (fillfactor = 50);

create table engine.contact_state (
  workspace_id uuid not null,
  contact_id   uuid not null,
  version      integer not null,
  recorded_at  timestamptz not null,
  -- The whole state, sealed under the contact's key: attributes, tags and addresses are personal data.
  sealed       bytea not null,
  primary key (workspace_id, contact_id)
) with (fillfactor = 70);

alter table engine.contact_state alter column sealed set storage external;

create table engine.seen (
  workspace_id uuid not null,
  key          uuid not null,
  month        date not null,
  primary key (workspace_id, key, month)
) partition by range (month);
create table engine.seen_default partition of engine.seen default;

-- Each writer (a rules lane, a deliveries partition) has rows of its own, so that lanes never wait for each other; readers sum.
create table engine.books (
  workspace_id uuid not null,
  source_id    uuid not null,
  hour         timestamptz not null,
  writer       text not null,
  accepted     bigint not null default 0,
  applied      bigint not null default 0,
  duplicate    bigint not null default 0,
  too_late     bigint not null default 0,
  parked       bigint not null default 0,
  quarantined  bigint not null default 0,
  primary key (workspace_id, source_id, hour, writer)
) with (fillfactor = 70);

create table engine.parked (
  topic        text not null,
  partition    smallint not null,
  position     bigint not null,
  workspace_id uuid not null,
  contact_id   uuid,
  id           uuid not null,
  type         text not null,
  v            smallint not null,
  at           timestamptz not null,
  data         json not null,
  -- Re-sealed under the contact's key where there is one.
  sealed       bytea,
  -- 'poison': could not be decided; 'behind': waits behind an earlier one of the same contact.
  reason       text not null,
  error_sealed bytea,
  parked_at    timestamptz not null default now(),
  state        text not null default 'parked' check (state in ('parked', 'replayed', 'discarded')),
  primary key (topic, partition, position)
);
-- In log order: g10 comes after g9.
create index parked_contact on engine.parked (workspace_id, contact_id, length(topic), topic, position) where state = 'parked';
`;
