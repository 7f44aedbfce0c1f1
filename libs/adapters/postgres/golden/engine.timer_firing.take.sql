update engine.timer_firing set epoch = epoch + 1, owner = $1, leased_until = clock_timestamp() + $2 * interval '1 ms'
where owner is null or owner = $1 or leased_until < clock_timestamp()
returning epoch
