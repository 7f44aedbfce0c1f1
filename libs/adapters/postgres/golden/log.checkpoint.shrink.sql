update log.checkpoint set cautious_until = $5, tries = 0 where consumer_group = $1 and topic = $2 and partition = $3 and epoch = $4
