update imports.import set leased_until = clock_timestamp() + $4 * interval '1 ms' where workspace_id = $1 and id = $2 and epoch = $3
