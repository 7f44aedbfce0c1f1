with head as materialized (
  select w.n, w.topic_id, w.counted, h.topic, h.partition, h.next, h.sealed
  from unnest($1::text[], $2::smallint[], $3::smallint[], $4::int[])
    with ordinality as w(topic, topic_id, partition, counted, n)
  join log.head h on h.topic = w.topic and h.partition = w.partition
  order by h.topic, h.partition
  for update of h
), open as materialized (
  select * from head where not (select bool_or(sealed) from head)
), moved as (
  update log.head h set next = open.next + open.counted
  from open where h.topic = open.topic and h.partition = open.partition
), inserted as (
  insert into log.record (topic_id, partition, position, appended_at, key, workspace_id, id, type, v, at, data, sealed)
  select open.topic_id, open.partition, open.next + r.place, clock_timestamp(), r.key, r.workspace_id, r.id, r.type, r.v,
    to_timestamp(r.at / 1000), r.data, r.sealed
  from unnest($5::int[], $6::int[], $7::uuid[], $8::uuid[], $9::uuid[], $10::text[], $11::smallint[], $12::float8[],
    $13::json[], $14::bytea[]) as r(head, place, key, workspace_id, id, type, v, at, data, sealed)
  join open on open.n = r.head
)
select n, next, sealed from head
