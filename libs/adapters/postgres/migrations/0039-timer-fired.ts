/** Migration 39: what fired, until it is on the log. */
export const name = 'timer-fired';

export const up = `
-- The outbox lane \`timers\`: its rows say what fired, and become inputs when they are relayed. Half the bytes of the inputs themselves.
create table engine.timer_fired (
  position     bigint primary key,
  workspace_id uuid not null,
  contact_id   uuid not null,
  purpose      text not null,
  due_at       timestamptz not null,
  topic        text not null,
  at           timestamptz not null
);

insert into engine.timer_fired (position, workspace_id, contact_id, purpose, due_at, topic, at)
select position, workspace_id, key, data ->> 'purpose', to_timestamp((data ->> 'dueAt')::float8 / 1000), topic, at
from log.outbox where lane = 'timers';
delete from log.outbox where lane = 'timers';
`;
