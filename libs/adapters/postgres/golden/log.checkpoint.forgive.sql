update log.checkpoint set tries = greatest(tries - 1, 0) where consumer_group = $1 and topic = $2 and partition = $3 and epoch = $4
