insert into read.contact_search (workspace_id, contact_id, facets, words)
select r.workspace_id, r.contact_id, r.facets::text[], r.words
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) as r(workspace_id, contact_id, facets, words)
on conflict (workspace_id, contact_id) do update set facets = excluded.facets, words = excluded.words
