delete from read.contact_tag t
using unnest($1::uuid[], $2::text[], $3::uuid[]) as r(workspace_id, tag, contact_id)
where t.workspace_id = r.workspace_id and t.tag = r.tag and t.contact_id = r.contact_id
