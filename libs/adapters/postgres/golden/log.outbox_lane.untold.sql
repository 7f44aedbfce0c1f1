select exists (
  select from log.outbox_lane where lane ~ '^forward:[0-9]+$' and relayed < next
    and substring(lane from 9)::integer between $1 and $2
  union all
  select from engine.lane_head h
  left join log.outbox_lane o on o.lane = 'contact-events.g' || h.lane / 4096 || '/' || h.lane % 4096
  where $3 and h.lane between $1 and $2 and coalesce(o.relayed, 0) < h.next
) as untold
