select owner, wants from log.consumer
where consumer_group = $1 and topic = $2 and alive_until > clock_timestamp() order by owner
