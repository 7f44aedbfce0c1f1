select position, appended_at, key, workspace_id, id, type, v, at, data, sealed from log.record
where topic_id = $1 and partition = $2 and position >= $3 and position < $4 and appended_at >= $5
order by position
