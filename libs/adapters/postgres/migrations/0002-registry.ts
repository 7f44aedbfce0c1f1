/** Migration 2: what people register: workspaces, keys, sources, rules; and the keys that seal personal data. */
export const name = 'registry';

export const up = `
create schema registry;
create schema sealing;

create table registry.workspace (
  id             uuid primary key,
  name           text not null unique,
  secret_wrapped bytea not null,
  created_at     timestamptz not null default now()
);

create table sealing.workspace_key (
  workspace_id uuid not null references registry.workspace (id),
  day          date not null,
  -- The topic it seals.
  purpose      text not null check (purpose in ('engagements', 'deliveries')),
  wrapped      bytea not null,
  primary key (workspace_id, day, purpose)
);

create table sealing.contact_key (
  workspace_id uuid not null,
  contact_id   uuid not null,
  wrapped      bytea not null,
  primary key (workspace_id, contact_id)
);

create table registry.api_key (
  id           uuid primary key,
  workspace_id uuid not null references registry.workspace (id),
  name         text not null,
  -- SHA-256 of the key: keys are 256 random bits, so a slow hash adds nothing.
  hash         bytea not null unique,
  prefix       text not null,
  scopes       text[] not null,
  created_at   timestamptz not null default now(),
  expires_at   timestamptz,
  revoked_at   timestamptz,
  last_used_at timestamptz
);

create table registry.source (
  id            uuid primary key,
  -- Unguessable part of the URL: POST /ingest/{path}.
  path          text not null unique,
  workspace_id  uuid not null references registry.workspace (id),
  name          text not null,
  provider      text not null,
  -- Everything of SourceSettings but the keys.
  settings      jsonb not null default '{}',
  -- The keys, wrapped by the master key; never shown again.
  keys_wrapped  bytea,
  -- Keys being rotated out, accepted until old_keys_until.
  old_keys_wrapped bytea,
  old_keys_until   timestamptz,
  state         text not null default 'active' check (state in ('active', 'paused', 'deleted')),
  version       integer not null default 1,
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now(),
  unique (workspace_id, name)
);

create table registry.rule_version (
  workspace_id uuid not null references registry.workspace (id),
  rule         text not null,
  version      integer not null,
  hash         text not null,
  yaml         text not null,
  -- The templates it needs, by name, and the declared attribute types: a version is all that it takes to act.
  templates    jsonb not null default '{}',
  attributes   jsonb not null default '{}',
  author       text,
  note         text,
  created_at   timestamptz not null default now(),
  primary key (workspace_id, rule, version),
  unique (workspace_id, rule, hash, version)
);

create table registry.publication (
  id           uuid primary key,
  workspace_id uuid not null references registry.workspace (id),
  number       integer not null,
  rules        jsonb not null,
  author       text,
  created_at   timestamptz not null default now(),
  unique (workspace_id, number)
);

-- From which position of which partition a version is in force: a replay knows which version judged what.
create table registry.rule_activation (
  workspace_id uuid not null,
  rule         text not null,
  -- null: retired from here on.
  version      integer,
  number       integer not null,
  topic        text not null,
  partition    smallint not null,
  position     bigint not null,
  primary key (workspace_id, rule, number, topic, partition)
);

create table registry.outgoing_webhook (
  workspace_id   uuid primary key references registry.workspace (id),
  url_wrapped    bytea not null,
  secret_wrapped bytea not null,
  state          text not null default 'active' check (state in ('active', 'paused')),
  version        integer not null default 1,
  updated_at     timestamptz not null default now()
);
`;
