select position, appended_at, key, workspace_id, id, type, v, at, data, sealed from (
  select position, appended_at, key, workspace_id, id, type, v, at, data, sealed, sum(octet_length(sealed)) over (order by position) as bytes from log.record
  where topic_id = $1 and partition = $2 and position >= $3 and position < $4 and appended_at >= $5
) r
where bytes is null or bytes <= $6 or position = $3
order by position
