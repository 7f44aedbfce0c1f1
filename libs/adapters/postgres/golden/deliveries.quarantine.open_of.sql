select id, element, reason = 'replayed' as refused from deliveries.quarantine
where workspace_id = $1 and delivery_id = $2 and (state = 'open' or reason = 'replayed')
order by element nulls first
