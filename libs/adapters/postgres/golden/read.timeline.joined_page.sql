select t.workspace_id as "workspaceId", t.contact_id as "contactId", t.version as "version", t.recorded_at as "recordedAt", t.event_id as "eventId", t.type as "type", t.occurred_at as "occurredAt", t.causation_id as "causationId", t.correlation_id as "correlationId", t.data as "data", t.pii as "pii", t.changed as "changed" from unnest($2::uuid[]) as o(contact_id)
cross join lateral (
  select * from read.timeline e
  where e.workspace_id = $1 and e.contact_id = o.contact_id and e.recorded_at <= $3
    and (e.recorded_at, e.contact_id, e.version) < ($3::timestamptz, $4::uuid, $5::integer)
  order by e.version desc
  limit $6
) t
order by t.recorded_at desc, t.contact_id desc, t.version desc
limit $6
