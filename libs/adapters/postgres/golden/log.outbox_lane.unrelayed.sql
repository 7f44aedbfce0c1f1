select exists (select from log.outbox_lane where lane = 'publications' and relayed < next) as unrelayed
