insert into log.generation_end (topic, partition, "end")
select $1, n - 1, e from unnest($2::bigint[]) with ordinality as r(e, n) order by n
on conflict (topic, partition) do nothing
