select q.effect_id as "id", q.contact_id as "contactId", q.version, q.state, q.attempts, q.last_reason as reason, q.next_at as "nextAt",
  q.not_after as "notAfter", q.created_at as "createdAt", q.settled_at as "settledAt",
  (extract(epoch from q.created_at) * 1000000)::bigint as "createdMicros", a.tries
from delivery.effect_queue q
cross join lateral (
  select coalesce(jsonb_agg(jsonb_build_object('at', t.at, 'status', t.status, 'reason', t.reason, 'tookMs', t.took_ms) order by t.at), '[]')
    as tries
  from (
    select * from delivery.webhook_attempt t
    where t.webhook_id = $7 and t.effect_id = q.effect_id and t.at >= q.created_at order by t.at desc limit $6
  ) t
) a
where q.target = $2 and q.workspace_id = $1 and q.kind = 'contact.changed'
  and ($3::bigint is null or (q.created_at, q.effect_id) < ((timestamptz 'epoch' + $3::bigint * interval '1 microsecond'), $4::uuid))
  and ($8::text is null or q.state = $8)
order by q.created_at desc, q.effect_id desc limit $5
