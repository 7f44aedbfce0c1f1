/** Migration 34: what a file brought in is counted apart from what a source sent: a source's habit is of the latter. */
export const name = 'imported-counts';

export const up = `
alter table read.source_counter add column imported boolean not null default false;
alter table read.source_counter drop constraint source_counter_pkey;
alter table read.source_counter add primary key (workspace_id, source_id, hour, type, imported, lane);
comment on table read.source_counter is 'Engagements on record per source, hour of receipt (UTC), type and lane: read read.source_hourly instead.';
comment on column read.source_counter.imported is 'Brought in by a file, at that hour; the source itself did not send them then.';

create or replace view read.source_hourly with (security_invoker = true) as
select workspace_id, source_id, hour, type, sum(count)::bigint as engagements,
       coalesce(sum(count) filter (where imported), 0)::bigint as imported
from read.source_counter
group by workspace_id, source_id, hour, type;
comment on view read.source_hourly is 'Engagements on record per source, hour of receipt (UTC) and type, and how many of them a file brought in.';

-- Counts that are there do not know it: a start asks for a replay.
update read.model set version = 2 where name = 'source_counter' and not exists (select from read.source_counter);
`;
