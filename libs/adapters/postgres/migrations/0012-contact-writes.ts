/** Migration 12: what the CRM writes: time zone, consent, deletion; declared attributes; owners and teams. */
export const name = 'contact-writes';

export const up = `
-- Events before this migration know none of them: a replay gives the rows the same.
alter table read.contact
  add column time_zone text,
  add column consent jsonb not null default '{}',
  add column deleted boolean not null default false;
comment on column read.contact.time_zone is 'IANA name of the zone the contact lives in.';
comment on column read.contact.consent is 'By purpose: given (true or false) and at (milliseconds), when the person said so.';
comment on column read.contact.deleted is 'Forgotten until it is written anew; what is suppressed stays so.';

create table registry.attribute (
  workspace_id uuid not null references registry.workspace (id),
  name         text not null,
  scalar       text not null check (scalar in ('string', 'int', 'decimal', 'double', 'bool', 'date', 'datetime', 'enum')),
  list         boolean not null default false,
  -- Of an enum, in the order they were declared.
  enum_values  text[] not null default '{}',
  description  text not null default '',
  -- The cure for those who still write it; null: not deprecated.
  deprecated   text,
  -- Names it had before: accepted, stored under the name of today.
  aliases      text[] not null default '{}',
  version      integer not null default 1,
  updated_at   timestamptz not null default now(),
  primary key (workspace_id, name)
);

create table registry.owner (
  workspace_id uuid not null references registry.workspace (id),
  -- Normalised: what the owner of a contact is.
  email        text not null,
  name         text not null default '',
  zone         text,
  -- { weekdays, from, to }; null: at any time.
  hours        jsonb,
  version      integer not null default 1,
  updated_at   timestamptz not null default now(),
  primary key (workspace_id, email)
);

create table registry.team (
  workspace_id uuid not null references registry.workspace (id),
  name         text not null,
  -- Addresses of owners, in the order of a rotation.
  members      text[] not null,
  version      integer not null default 1,
  updated_at   timestamptz not null default now(),
  primary key (workspace_id, name)
);
`;
