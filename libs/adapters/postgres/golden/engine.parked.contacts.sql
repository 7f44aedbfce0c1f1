select contact_id as id from engine.parked
where workspace_id = $1 and state = 'parked' and contact_id > $2
group by contact_id order by contact_id limit $3
