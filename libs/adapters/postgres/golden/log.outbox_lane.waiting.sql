select lane from log.outbox_lane
where next > relayed and (owner is null or owner = $1 or leased_until < clock_timestamp()) order by lane
