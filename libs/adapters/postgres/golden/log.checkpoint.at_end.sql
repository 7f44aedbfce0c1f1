select coalesce(bool_and(coalesce(c.next, 0) >= e."end"), false) as "atEnd"
from unnest($3::bigint[]) with ordinality as e("end", n)
left join log.checkpoint c on c.consumer_group = $1 and c.topic = $2 and c.partition = e.n - 1
