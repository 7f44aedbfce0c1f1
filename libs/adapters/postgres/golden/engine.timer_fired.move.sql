with moved as (
  update log.outbox_lane set relayed = $4, leased_until = clock_timestamp() + $5 * interval '1 ms'
  where lane = $1 and epoch = $2 and relayed = $3 returning lane
), gone as (
  delete from engine.timer_fired where position < $4 and exists (select from moved)
)
select lane from moved
