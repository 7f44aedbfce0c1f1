select w.id from registry.webhook w
where w.state = 'active' and (w.hold_until is null or w.hold_until <= now()) and exists (
  select from delivery.effect_queue q where q.target = 'webhook:' || w.id and q.state = 'queued' and q.next_at <= now())
order by w.id
