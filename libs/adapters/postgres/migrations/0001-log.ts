/** Migration 1: the log in Postgres, checkpoints and outbox. */
export const name = 'log';

export const up = `
create schema log;

create table log.topic (
  id         smallint generated always as identity primary key,
  name       text not null unique,
  partitions smallint not null check (partitions between 1 and 4096),
  created_at timestamptz not null default now()
);

-- Positions are handed out under the lock of this row: commit order cannot leave a gap behind a reader.
create table log.head (
  topic     text not null references log.topic (name),
  partition smallint not null,
  next      bigint not null default 0,
  primary key (topic, partition)
) with (fillfactor = 50);

create table log.record (
  topic_id     smallint not null,
  partition    smallint not null,
  position     bigint not null,
  appended_at  timestamptz not null default now(),
  key          uuid,
  workspace_id uuid not null,
  id           uuid not null,
  type         text not null,
  v            smallint not null,
  at           timestamptz not null,
  data         json not null,
  sealed       bytea,
  primary key (topic_id, partition, position, appended_at)
) partition by range (appended_at);
create table log.record_default partition of log.record default;

create table log.checkpoint (
  consumer_group text not null,
  topic          text not null,
  partition      smallint not null,
  next           bigint not null default 0,
  epoch          bigint not null default 0,
  tries          integer not null default 0,
  cautious_until bigint not null default 0,
  owner          text,
  leased_until   timestamptz,
  primary key (consumer_group, topic, partition)
) with (fillfactor = 50);

-- Who consumes now: owners share the partitions of a topic fairly among those whose row is alive.
create table log.consumer (
  consumer_group text not null,
  topic          text not null,
  owner          text not null,
  -- Partitions it can take: fewer than all when some stopped in it for good.
  wants          smallint not null,
  alive_until    timestamptz not null,
  primary key (consumer_group, topic, owner)
) with (fillfactor = 50);

-- What a transaction tells the log is a row here in that transaction; a fenced relay a lane appends in position order.
create table log.outbox_lane (
  lane         text primary key,
  next         bigint not null default 0,
  relayed      bigint not null default 0,
  epoch        bigint not null default 0,
  owner        text,
  leased_until timestamptz
) with (fillfactor = 50);

create table log.outbox (
  lane         text not null,
  position     bigint not null,
  topic        text not null,
  key          uuid,
  partition    smallint,
  workspace_id uuid not null,
  id           uuid not null,
  type         text not null,
  v            smallint not null,
  at           timestamptz not null,
  data         json not null,
  sealed       bytea,
  primary key (lane, position)
);
`;
