insert into engine.ingest_presence as p (seen_at) values ($1)
on conflict (one) do update set seen_at = greatest(p.seen_at, excluded.seen_at)
