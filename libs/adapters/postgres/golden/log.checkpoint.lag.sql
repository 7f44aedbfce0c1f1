select c.consumer_group as "group", c.topic, c.partition, c.next, greatest(coalesce(h.next, l.next, 0), c.next) as "end",
  greatest(coalesce(h.next, l.next, 0) - c.next, 0) as lag,
  case when c.leased_until > clock_timestamp() then c.owner end as owner
from log.checkpoint c
left join log.head h on h.topic = c.topic and h.partition = c.partition
left join engine.lane_head l on c.topic = 'contact-events.g' || (l.lane / 4096) and c.partition = l.lane % 4096
order by 1, 2, 3
