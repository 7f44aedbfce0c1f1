update log.checkpoint
set next = $6, tries = 0, leased_until = clock_timestamp() + $7 * interval '1 ms', reached = coalesce($8, reached)
where consumer_group = $1 and topic = $2 and partition = $3 and epoch = $4 and next = $5
