/** Migration 32: when a contact is to be looked at again, and who looks for those that are due. */
export const name = 'timers';

export const up = `
-- One row for a contact and purpose, made and moved by the deciding transaction, gone once it fired: never more than contacts × purposes.
create table engine.timer (
  workspace_id uuid not null,
  contact_id   uuid not null,
  purpose      text not null,
  due_at       timestamptz not null,
  primary key (workspace_id, contact_id, purpose)
) with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_insert_scale_factor = 0.2);

-- What is due stands at its front: what is not is never looked at, however much it is.
create index timer_due on engine.timer (due_at);

-- One process fires at a time, under this epoch.
create table engine.timer_firing (
  id           smallint primary key default 1 check (id = 1),
  epoch        bigint not null default 0,
  owner        text,
  leased_until timestamptz
);
insert into engine.timer_firing default values;
`;
