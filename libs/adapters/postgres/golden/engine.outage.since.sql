select from_at as "from", to_at as "to" from engine.ingest_outage where to_at >= $1 order by from_at
