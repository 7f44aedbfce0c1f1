update log.outbox_lane set owner = null, leased_until = null where lane = $1 and epoch = $2
