/** Migration 40: points that expire are also those of what a contact took in. */
export const name = 'score-of-merged';

export const up = `
-- The arithmetic of libs/domain/rules/score.ts: a point counts until it is lost whole. A merge takes over what is left of the alias's points.
create or replace view read.score_today with (security_invoker = true) as
select c.workspace_id, c.contact_id, c.score - coalesce(lost.points, 0) as score
from read.contact c
left join lateral (
  select sum(g.points - sign(g.points) * ceil(abs(g.points) * greatest(g.until - greatest(g.now, g.since), 0) / (g.until - g.since)))::bigint as points
  from (
    select (t.data ->> 'points')::numeric as points, (t.data ->> 'expiresAt')::numeric as until,
      floor(extract(epoch from t.recorded_at) * 1000) as since, floor(extract(epoch from now()) * 1000) as now
    from read.timeline t
    where t.workspace_id = c.workspace_id and t.contact_id = any (c.aliases || c.contact_id) and t.type = 'score_added'
      and t.data ? 'expiresAt'
      and not exists (
        select from read.timeline d
        where d.workspace_id = t.workspace_id and d.contact_id = t.contact_id and d.type = 'contact_deleted' and d.version > t.version
      )
      and not exists (
        select from read.timeline d
        where t.contact_id <> c.contact_id and d.workspace_id = c.workspace_id and d.contact_id = c.contact_id
          and d.type = 'contact_deleted' and d.recorded_at >= t.recorded_at
      )
  ) g
) lost on true;
`;
