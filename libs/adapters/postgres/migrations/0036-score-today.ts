/** Migration 36: what a score is worth today, where points of it expire. */
export const name = 'score-today';

export const up = `
-- Few of all events are grants that expire: what a contact has of them is found without its other events.
create index timeline_expiring on read.timeline (workspace_id, contact_id) where type = 'score_added' and data ? 'expiresAt';

-- The arithmetic of libs/domain/rules/score.ts: a point counts until it is lost whole.
create view read.score_today with (security_invoker = true) as
select c.workspace_id, c.contact_id, c.score - coalesce(lost.points, 0) as score
from read.contact c
left join lateral (
  select sum(g.points - sign(g.points) * ceil(abs(g.points) * greatest(g.until - greatest(g.now, g.since), 0) / (g.until - g.since)))::bigint as points
  from (
    select (t.data ->> 'points')::numeric as points, (t.data ->> 'expiresAt')::numeric as until,
      floor(extract(epoch from t.recorded_at) * 1000) as since, floor(extract(epoch from now()) * 1000) as now
    from read.timeline t
    where t.workspace_id = c.workspace_id and t.contact_id = c.contact_id and t.type = 'score_added' and t.data ? 'expiresAt'
      and not exists (
        select from read.timeline d
        where d.workspace_id = t.workspace_id and d.contact_id = t.contact_id and d.type = 'contact_deleted' and d.version > t.version
      )
  ) g
) lost on true;
comment on view read.score_today is 'The score of each contact as it is at this moment: points that expire are lost bit by bit.';
comment on column read.contact.score is 'All points as they were given; read.score_today tells what is left of those that expire.';
`;
