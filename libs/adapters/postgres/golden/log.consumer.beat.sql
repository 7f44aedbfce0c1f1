insert into log.consumer (consumer_group, topic, owner, wants, alive_until)
values ($1, $2, $3, $4, clock_timestamp() + $5 * interval '1 ms')
on conflict (consumer_group, topic, owner) do update set wants = excluded.wants, alive_until = excluded.alive_until
