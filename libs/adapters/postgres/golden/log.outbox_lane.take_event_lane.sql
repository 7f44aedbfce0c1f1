insert into log.outbox_lane as o (lane, epoch, owner, leased_until)
values ($1, 1, $2, clock_timestamp() + $3 * interval '1 ms')
on conflict (lane) do update set epoch = o.epoch + 1, owner = excluded.owner, leased_until = excluded.leased_until
where o.owner is null or o.owner = excluded.owner or o.leased_until < clock_timestamp()
returning epoch, relayed
