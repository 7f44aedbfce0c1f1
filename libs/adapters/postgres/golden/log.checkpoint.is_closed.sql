select exists (select from log.checkpoint where consumer_group = $1 and topic = $2 and owner = $3) as closed
