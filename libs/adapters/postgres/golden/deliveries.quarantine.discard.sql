update deliveries.quarantine set state = 'discarded'
where workspace_id = $1 and state = 'open' and ($2::uuid[] is null or id = any ($2)) and ($3::uuid is null or source_id = $3)
