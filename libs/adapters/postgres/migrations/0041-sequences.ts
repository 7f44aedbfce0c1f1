/** Migration 41: sequences that rules may name. Those that contacts are in already are declared with it. */
export const name = 'sequences';

export const up = `
create table registry.sequence (
  workspace_id uuid not null references registry.workspace (id),
  name         text not null,
  description  text not null,
  updated_at   timestamptz not null default now(),
  primary key (workspace_id, name)
);
insert into registry.sequence (workspace_id, name, description)
select distinct workspace_id, sequence, '' from read.enrollment;
`;
