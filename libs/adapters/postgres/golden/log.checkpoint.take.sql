insert into log.checkpoint as c (consumer_group, topic, partition, epoch, tries, owner, leased_until)
values ($1, $2, $3, 1, 1, $4, clock_timestamp() + $5 * interval '1 ms')
on conflict (consumer_group, topic, partition) do update
set epoch = c.epoch + 1, tries = c.tries + 1, owner = excluded.owner, leased_until = excluded.leased_until
where c.owner is null or c.owner = excluded.owner or c.leased_until < clock_timestamp()
returning epoch, next, tries, cautious_until, reached
