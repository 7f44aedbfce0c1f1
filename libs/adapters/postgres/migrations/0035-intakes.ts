/** Migration 35: how far the contacts of a workspace have been shown to rules that wait for a time. */
export const name = 'intakes';

export const up = `
create table engine.intake (
  workspace_id uuid primary key,
  -- The publication up to which it is done, or is being done.
  number       integer not null,
  -- The contact that was shown last; null before the first.
  after        uuid,
  done         boolean not null
);
`;
