with recursive contact as (
  (select contact_id from engine.event where workspace_id = $1 and ($2::uuid is null or contact_id > $2)
   order by contact_id limit 1)
  union all
  select (select e.contact_id from engine.event e
    where e.workspace_id = $1 and e.contact_id > c.contact_id order by e.contact_id limit 1)
  from contact c where c.contact_id is not null
), stated as (
  select contact_id from engine.contact_state
  where workspace_id = $1 and ($2::uuid is null or contact_id > $2) order by contact_id limit $3
)
select contact_id as "contactId" from (
  (select contact_id from contact where contact_id is not null limit $3) union select contact_id from stated
) known order by contact_id limit $3
