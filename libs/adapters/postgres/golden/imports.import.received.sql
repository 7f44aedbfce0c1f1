update imports.import set received = received + $3, updated_at = clock_timestamp(),
  state = case when received + $3 = size then 'waiting' else state end
where workspace_id = $1 and id = $2 returning received, state
