insert into engine.books as b (workspace_id, source_id, hour, writer, accepted)
select u.workspace_id, u.source_id, to_timestamp(u.hour / 1000), $1, u.accepted
from unnest($2::uuid[], $3::uuid[], $4::float8[], $5::bigint[]) as u(workspace_id, source_id, hour, accepted)
on conflict (workspace_id, source_id, hour, writer) do update set accepted = b.accepted + excluded.accepted
