select seen_at from engine.ingest_presence for update
