insert into log.checkpoint as c (consumer_group, topic, partition, next, epoch, owner, leased_until)
select $1, $2, e.n - 1, e."end", 1, $4, 'infinity' from unnest($3::bigint[]) with ordinality as e("end", n) order by e.n
on conflict (consumer_group, topic, partition) do update
set epoch = c.epoch + 1, next = greatest(c.next, excluded.next), tries = 0, owner = excluded.owner, leased_until = 'infinity'
