/** Migration 16: imports: what is asked, the file while it is needed, how far it has come, and what was not taken. */
export const name = 'imports';

export const up = `
create schema imports;

create table imports.import (
  workspace_id uuid not null references registry.workspace (id),
  id           uuid not null,
  kind         text not null check (kind in ('contacts', 'engagements')),
  source_id    uuid,
  -- Format, mapping, dry run …: an ImportWish.
  wish         jsonb not null,
  -- The key of its parts and of about, wrapped by the master key; null once they are gone.
  key_wrapped  bytea,
  -- Columns, samples, why it failed: may quote the file.
  about        bytea,
  size         bigint not null,
  received     bigint not null default 0,
  state        text not null default 'receiving' check (state in ('receiving', 'waiting', 'running', 'finished', 'failed')),
  rows         bigint not null default 0,
  inputs       bigint not null default 0,
  changed      bigint not null default 0,
  unchanged    bigint not null default 0,
  rejected     bigint not null default 0,
  -- Of who runs it: fenced by the epoch, taken by another when the lease is over. Tries without progress.
  epoch        bigint not null default 0,
  tries        integer not null default 0,
  owner        text,
  leased_until timestamptz,
  created_at   timestamptz not null default clock_timestamp(),
  updated_at   timestamptz not null default clock_timestamp(),
  finished_at  timestamptz,
  primary key (workspace_id, id)
) with (fillfactor = 50);
create index import_due on imports.import (created_at) where state in ('waiting', 'running');

-- The file (content, by its first byte) and what was not taken of it (rejects, by the number of rows done): pieces, sealed.
create table imports.part (
  workspace_id uuid not null,
  import_id    uuid not null,
  kind         text not null check (kind in ('content', 'rejects')),
  at           bigint not null,
  sealed       bytea not null,
  primary key (workspace_id, import_id, kind, at),
  foreign key (workspace_id, import_id) references imports.import (workspace_id, id) on delete cascade
);
alter table imports.part alter column sealed set storage external;
`;
