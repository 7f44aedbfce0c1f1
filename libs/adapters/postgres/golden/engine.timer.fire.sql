with due as materialized (
  select ctid from engine.timer
  where due_at > to_timestamp($1::float8 / 1000) and due_at <= to_timestamp($2::float8 / 1000)
    and ($4::int is null or (('x' || left(contact_id::text, 8))::bit(32)::bigint % $4)::int = any($5::int[]))
  order by due_at limit $3 for update skip locked
), fired as (
  delete from engine.timer where ctid = any(array(select ctid from due))
  returning workspace_id, contact_id, purpose, due_at
), lane as (
  insert into log.outbox_lane as l (lane, next) select $6, count(*) from due having count(*) > 0
  on conflict (lane) do update set next = l.next + excluded.next
  returning l.next - (select count(*) from due) - 1 as before
)
insert into engine.timer_fired (position, workspace_id, contact_id, purpose, due_at, topic, at)
select lane.before + row_number() over (order by due_at, workspace_id, contact_id, purpose), workspace_id, contact_id, purpose, due_at,
  $7, to_timestamp($8::float8 / 1000)
from lane, fired
