select position, appended_at, key, workspace_id, id, type, v, at, data, sealed from log.record
where topic_id = $1 and partition = $2 and position >= $3 order by position limit 1
