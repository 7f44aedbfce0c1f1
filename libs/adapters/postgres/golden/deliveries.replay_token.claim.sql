insert into deliveries.replay_token as t (workspace_id, token, body, seen_at)
select u.workspace_id, u.token, u.body, to_timestamp(u.at / 1000)
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::float8[]) as u(workspace_id, token, body, at)
on conflict (workspace_id, token) do update set body = t.body
returning workspace_id as "workspaceId", token, body
