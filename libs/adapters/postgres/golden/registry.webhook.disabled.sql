select w.name, s.name as workspace, w.disabled_reason as reason from registry.webhook w
join registry.workspace s on s.id = w.workspace_id
where w.state = 'disabled' order by w.updated_at desc limit 20
