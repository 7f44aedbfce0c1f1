with due as (
  select date_trunc('milliseconds', created_at) - interval '1 minute' as at from registry.publication where workspace_id = $1 and number = $2
), contacts as (
  select contact_id from engine.contact_state where workspace_id = $1 and ($3::uuid is null or contact_id > $3) order by contact_id limit $4
), shown as (
  insert into engine.timer as t (workspace_id, contact_id, purpose, due_at)
  select $1, contact_id, $5, due.at from contacts, due
  on conflict (workspace_id, contact_id, purpose) do update set due_at = excluded.due_at
)
select max(contact_id::text)::uuid as last, count(*)::int as contacts from contacts
