select epoch, next from log.checkpoint where consumer_group = $1 and topic = $2 and partition = $3
