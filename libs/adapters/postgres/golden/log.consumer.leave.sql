delete from log.consumer
where consumer_group = $1 and topic = $2 and (owner = $3 or alive_until < clock_timestamp() - interval '1 hour')
