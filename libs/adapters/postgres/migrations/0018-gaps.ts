/** Migration 18: when ingest was there, and times of which a source may not have told everything. */
export const name = 'gaps';

export const up = `
create table engine.ingest_presence (
  one     boolean primary key default true check (one),
  -- When a process of ingest last could take requests.
  seen_at timestamptz not null
);

-- No process of ingest could take requests. One that was there all the time and could only not say so corrects it.
create table engine.ingest_outage (
  from_at timestamptz primary key,
  to_at   timestamptz not null
);

create table engine.source_gap (
  workspace_id uuid not null,
  source_id    uuid not null,
  kind         text not null check (kind in ('silence', 'outage')),
  from_at      timestamptz not null,
  -- Null while it lasts.
  to_at        timestamptz,
  found_at     timestamptz not null,
  -- When somebody filled it, or said that there is nothing to fill.
  settled_at   timestamptz,
  primary key (workspace_id, source_id, kind, from_at)
);
create index source_gap_unsettled on engine.source_gap (found_at) where settled_at is null;
`;
