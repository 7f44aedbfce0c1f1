select pg_advisory_xact_lock_shared($1), set_config('plan_cache_mode', 'force_custom_plan', true), set_config('enable_seqscan', 'off', true),
  set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)
