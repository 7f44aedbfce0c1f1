delete from log.record_default d using (
  select r.topic_id, r.partition, r.position, r.appended_at from log.record_default r
  join log.topic t on t.id = r.topic_id cross join lateral (
  select coalesce(min(coalesce(c.next, 0)), 0) as next
  from (select distinct consumer_group from log.checkpoint where topic = t.name) g
  left join log.checkpoint c on c.consumer_group = g.consumer_group and c.topic = t.name and c.partition = r.partition) consumed
  where r.appended_at < $1 and r.position < consumed.next limit $2
) old
where (d.topic_id, d.partition, d.position, d.appended_at) = (old.topic_id, old.partition, old.position, old.appended_at)
