select workspace_id as "workspaceId", contact_id as "contactId", purpose, due_at as "dueAt", topic, at from engine.timer_fired
where position >= $1 and position < $2 order by position
