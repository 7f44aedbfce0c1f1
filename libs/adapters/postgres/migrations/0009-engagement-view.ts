/** Migration 9: engagements with their actor as it is judged by now. */
export const name = 'engagement-view';

export const up = `
create view read.engagement with (security_invoker = true) as
select t.workspace_id, t.contact_id, t.version, t.event_id, t.recorded_at, t.occurred_at,
       t.data ->> 'engagement' as type,
       (t.data ->> 'sourceId')::uuid as source_id,
       coalesce(r.data ->> 'actor', t.data ->> 'actor', 'unknown') as actor,
       r.event_id is not null or coalesce((t.data ->> 'actorDerived')::boolean, false) as actor_derived,
       r.data ->> 'reason' as reclassified,
       t.pii ->> 'url' as url,
       t.pii ->> 'providerMessageId' as message_id
from read.timeline t
left join lateral (
  select c.event_id, c.data
  from read.timeline c
  where c.workspace_id = t.workspace_id and c.contact_id = t.contact_id and c.type = 'engagement_reclassified'
    and c.data ->> 'engagementId' = t.event_id::text
  limit 1
) r on t.data ->> 'engagement' = 'clicked'
where t.type = 'engagement_recorded';
comment on view read.engagement is 'Engagements on record, each with its actor as it is judged by now: for one contact, or a few.';
comment on column read.engagement.actor is 'human, machine or unknown.';
comment on column read.engagement.actor_derived is 'Judged by rules of ours and not stated by the provider.';
comment on column read.engagement.reclassified is 'burst or at_delivery: later events showed that a machine clicked.';
`;
