insert into engine.ingest_outage (from_at, to_at)
select seen_at, $1 from engine.ingest_presence where seen_at + interval '5 minutes' < $1
on conflict (from_at) do nothing
