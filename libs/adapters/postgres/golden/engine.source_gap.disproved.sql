delete from engine.source_gap g
where g.kind = 'outage' and not exists (select from engine.ingest_outage o where o.from_at = g.from_at)
