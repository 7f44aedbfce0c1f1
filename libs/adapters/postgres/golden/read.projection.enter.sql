select pg_advisory_xact_lock_shared($1), set_config('plan_cache_mode', 'force_generic_plan', true)
