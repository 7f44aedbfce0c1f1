with due as materialized (
  select ctid from engine.timer
  where due_at > to_timestamp($1::float8 / 1000) and due_at <= to_timestamp($2::float8 / 1000)
    and ($4::int is null or (('x' || left(contact_id::text, 8))::bit(32)::bigint % $4)::int = any($5::int[]))
  order by due_at limit $3 for update skip locked
), fired as (
  delete from engine.timer where ctid = any(array(select ctid from due))
  returning workspace_id, contact_id, purpose, due_at
)
select workspace_id as "workspaceId", contact_id as "contactId", purpose, due_at as "dueAt"
from fired order by due_at, workspace_id, contact_id, purpose
