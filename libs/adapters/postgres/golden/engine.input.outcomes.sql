select r.input_id as "inputId", case when not e.asks then e.version end as version, e.refused,
       coalesce(c.applied_version, 0) as "shown", c.linked_to as "linkedTo",
       coalesce(k.next > r.position and not e.asks, false) as "decided"
from unnest($2::uuid[], $3::uuid[], $4::integer[], $5::text[], $6::integer[], $7::bigint[])
  as r(contact_id, input_id, above, topic, partition, position)
cross join lateral (
  select max(version) as version, max(data ->> 'reason') filter (where type = 'command_refused') as refused,
    -- It has asked another contact, and has no answer yet.
    coalesce(bool_or(type = 'link_requested') and not bool_or(type in ('linked', 'link_refused')), false) as asks
  from engine.event
  where workspace_id = $1 and contact_id = r.contact_id and version > r.above and correlation_id = r.input_id
) e
left join read.contact c on c.workspace_id = $1 and c.contact_id = r.contact_id
left join log.checkpoint k on k.consumer_group = $8 and k.topic = r.topic and k.partition = r.partition
