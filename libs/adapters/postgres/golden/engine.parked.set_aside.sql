insert into engine.parked (topic, partition, position, workspace_id, id, type, v, at, data, sealed, reason)
values ($1, $2, $3, $4, $5, $6, $7, to_timestamp($8::float8 / 1000), $9, $10, 'poison')
on conflict do nothing
