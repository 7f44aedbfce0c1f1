select least(
  (select min(r.at) from log.head h
   join log.topic t on t.name = h.topic
   cross join lateral (
     select coalesce(min(c.next), 0) as next from log.checkpoint c where c.topic = h.topic and c.partition = h.partition
   ) consumed
   join log.record r on r.topic_id = t.id and r.partition = h.partition and r.position >= consumed.next
   where h.topic like $2 and r.sealed is not null and r.at < $1),
  (select min(o.at) from log.outbox o where o.sealed is not null and o.at < $1)
) as oldest
