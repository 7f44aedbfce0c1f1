insert into engine.books as b (workspace_id, source_id, hour, writer, applied, duplicate, too_late, parked, quarantined)
select u.workspace_id, u.source_id, to_timestamp(u.hour / 1000), $1, u.applied, u.duplicate, u.too_late, u.parked, u.quarantined
from unnest($2::uuid[], $3::uuid[], $4::float8[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[])
  as u(workspace_id, source_id, hour, applied, duplicate, too_late, parked, quarantined)
on conflict (workspace_id, source_id, hour, writer) do update
set applied = b.applied + excluded.applied, duplicate = b.duplicate + excluded.duplicate,
  too_late = b.too_late + excluded.too_late, parked = b.parked + excluded.parked,
  quarantined = b.quarantined + excluded.quarantined
