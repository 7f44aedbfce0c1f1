select count(*) as inputs, count(distinct contact_id) as contacts from engine.parked
where workspace_id = $1 and state = 'parked' and ($2::uuid is null or contact_id = $2)
