select exists (
  select from read.timeline t where t.workspace_id = $1 and t.type = 'score_added' and t.data ? 'expiresAt'
) as "expires"
