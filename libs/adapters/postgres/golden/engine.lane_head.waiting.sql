select h.lane from engine.lane_head h
left join log.outbox_lane o on o.lane = 'contact-events.g' || h.lane / 4096 || '/' || h.lane % 4096
where h.next > coalesce(o.relayed, 0)
  and (o.owner is null or o.owner = $1 or o.leased_until < clock_timestamp())
order by h.lane
