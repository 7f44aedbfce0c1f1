update imports.import set rows = $4, inputs = $5, changed = $6, unchanged = $7, rejected = $8, tries = 0,
  leased_until = clock_timestamp() + $9 * interval '1 ms', updated_at = clock_timestamp() where workspace_id = $1 and id = $2 and epoch = $3
