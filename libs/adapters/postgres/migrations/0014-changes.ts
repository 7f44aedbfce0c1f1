/** Migration 14: the changes feed: which contacts changed, in one order a workspace, and what each event changed of its contact. */
export const name = 'changes';

export const up = `
alter table read.timeline add column changed jsonb;
comment on column read.timeline.changed is 'What the event changed of the contact: {"field": [before, after]}, attributes as attributes.NAME; null: nothing, or the contact is erased.';
-- Rows that are there lack it: a start asks for a replay.
update read.model set version = 2 where name = 'timeline' and not exists (select from read.timeline);

create schema feed;
comment on schema feed is 'The order in which contacts changed. No personal data: what changed is read from the timeline.';

-- Positions of a workspace come from here, under the lock of its row, in the projecting transaction: no reader can pass a gap.
create table feed.head (
  workspace_id uuid primary key,
  -- Of the last change.
  position     bigint not null,
  -- Changes up to here are no longer kept; the id of the last one of them, by which its cursor is known.
  floor        bigint not null default 0,
  floor_mark   uuid
) with (fillfactor = 50);

create table feed.change (
  workspace_id uuid not null,
  position     bigint not null,
  fed_at       timestamptz not null default clock_timestamp(),
  contact_id   uuid not null,
  version      integer not null,
  -- Of the event, with which its row of the timeline is found; null: rows were made anew, and no event says what changed.
  recorded_at  timestamptz,
  -- Id of the event, else of this entry: a cursor carries it, so that one from another history is not taken for one of this.
  mark         uuid not null,
  primary key (workspace_id, position, fed_at)
) partition by range (fed_at);
create table feed.change_default partition of feed.change default;
`;
