select partition from log.checkpoint where consumer_group = $1 and topic = $2 order by partition for update
