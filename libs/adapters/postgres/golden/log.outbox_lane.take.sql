update log.outbox_lane set epoch = epoch + 1, owner = $2, leased_until = clock_timestamp() + $3 * interval '1 ms'
where lane = $1 and (owner is null or owner = $2 or leased_until < clock_timestamp())
returning epoch, relayed
