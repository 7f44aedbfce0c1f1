select topic, key, partition, workspace_id, id, type, v, at, data, sealed from log.outbox
where lane = $1 and position >= $2 and position < $3 order by position
