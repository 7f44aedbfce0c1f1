/** Migration 29: workspaces whose inputs are parked undecided, because too many of them could not be decided. */
export const name = 'held-workspaces';

export const up = `
create table engine.held_workspace (
  workspace_id uuid primary key,
  since        timestamptz not null default now(),
  -- Why, as a code: 'poison'.
  reason       text not null
);

create index parked_poison on engine.parked (workspace_id, parked_at) where state = 'parked' and reason = 'poison';
`;
