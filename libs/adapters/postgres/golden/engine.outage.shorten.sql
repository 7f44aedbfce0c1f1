with wrong as (delete from engine.ingest_outage where to_at > $1 and from_at + interval '5 minutes' >= $1)
update engine.ingest_outage set to_at = $1 where to_at > $1 and from_at + interval '5 minutes' < $1
