select coalesce(sum(greatest(e."end" - coalesce(c.next, 0), 0)), 0)::bigint as left
from log.generation_end e
left join log.checkpoint c on c.consumer_group = $2 and c.topic = e.topic and c.partition = e.partition
where e.topic = $1
