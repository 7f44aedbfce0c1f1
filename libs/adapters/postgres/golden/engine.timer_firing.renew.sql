update engine.timer_firing set leased_until = clock_timestamp() + $2 * interval '1 ms' where epoch = $1 returning epoch
