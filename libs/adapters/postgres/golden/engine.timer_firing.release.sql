update engine.timer_firing set owner = null, leased_until = null where epoch = $1
