with held as (
  select * from unnest($1::text[], $2::text[], $3::smallint[], $4::bigint[]) with ordinality as h(g, t, p, e, n)
), locked as (
  select c.consumer_group, c.topic, c.partition from log.checkpoint c
  join held on c.consumer_group = g and c.topic = t and c.partition = p and c.epoch = e
  order by 1, 2, 3 for update of c skip locked
), renewed as (
  update log.checkpoint c set leased_until = clock_timestamp() + $5 * interval '1 ms'
  from locked l where (c.consumer_group, c.topic, c.partition) = (l.consumer_group, l.topic, l.partition)
)
select h.n from held h
left join log.checkpoint c on c.consumer_group = g and c.topic = t and c.partition = p
where c.epoch is distinct from h.e
