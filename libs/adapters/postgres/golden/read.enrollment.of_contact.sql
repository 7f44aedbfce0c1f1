select t.workspace_id as "workspaceId", t.enrollment_id as "enrollmentId", t.contact_id as "contactId", t.sequence as "sequence", t.rule as "rule", t.rule_version as "ruleVersion", t.state as "state", t.enrolled_at as "enrolledAt", t.event_id as "eventId" from read.enrollment t
where t.workspace_id = $1 and t.contact_id = any($2::uuid[])
order by t.enrolled_at desc, t.enrollment_id
