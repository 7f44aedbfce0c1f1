update log.checkpoint set owner = null, leased_until = null where consumer_group = $1 and topic = $2 and partition = $3 and epoch = $4
