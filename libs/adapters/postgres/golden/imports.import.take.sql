with due as (
  select workspace_id, id from imports.import
  where state = 'waiting' or (state = 'running' and leased_until < clock_timestamp())
  order by created_at for update skip locked limit 1
)
update imports.import i set state = 'running', epoch = i.epoch + 1, tries = i.tries + 1, owner = $1,
  leased_until = clock_timestamp() + $2 * interval '1 ms', updated_at = clock_timestamp()
from due where i.workspace_id = due.workspace_id and i.id = due.id
returning i.workspace_id as "workspaceId", i.id, i.epoch, i.tries
