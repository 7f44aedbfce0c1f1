select exists (select from log.outbox_lane where lane = $1 and relayed < next) as unrelayed
