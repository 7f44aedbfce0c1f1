with ended as (
  update imports.import set state = $4, about = $5, finished_at = clock_timestamp(), updated_at = clock_timestamp(), owner = null,
    leased_until = null
  where workspace_id = $1 and id = $2 and epoch = $3 returning workspace_id, id
), parts as (
  delete from imports.part p using ended e where p.workspace_id = e.workspace_id and p.import_id = e.id and p.kind = 'content'
)
select id from ended
