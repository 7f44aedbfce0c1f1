insert into engine.projection_vector as v (lane, next)
select lane, next from unnest($1::integer[], $2::bigint[]) as r(lane, next)
on conflict (lane) do update set next = greatest(v.next, excluded.next)
