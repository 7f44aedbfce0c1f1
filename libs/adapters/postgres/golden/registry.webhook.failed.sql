update registry.webhook set failures = failures + 1, failing_since = coalesce(failing_since, now()),
  hold_until = case when failures + 1 >= $3 then now() + least($4 * 2.0 ^ least(failures + 1 - $3, 20), $5) * interval '1 ms' end,
  state = case when state = 'active' and ($7 or failing_since < now() - $6 * interval '1 ms') then 'disabled' else state end,
  disabled_reason = case when state = 'active' and $7 then 'gone'
    when state = 'active' and failing_since < now() - $6 * interval '1 ms' then 'failing' else disabled_reason end,
  updated_at = now()
where workspace_id = $1 and id = $2
