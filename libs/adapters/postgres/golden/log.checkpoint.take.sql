with free as (
  select 1 from log.checkpoint where consumer_group = $1 and topic = $2 and partition = $3 and (owner is null or owner = $4 or leased_until < clock_timestamp())
  for update skip locked
), taken as (
  update log.checkpoint
  set epoch = epoch + 1, tries = tries + 1, owner = $4, leased_until = clock_timestamp() + $5 * interval '1 ms'
  where consumer_group = $1 and topic = $2 and partition = $3 and exists (select from free)
  returning epoch, next, tries, cautious_until, reached
), first as (
  insert into log.checkpoint (consumer_group, topic, partition, epoch, tries, owner, leased_until)
  select $1, $2, $3, 1, 1, $4, clock_timestamp() + $5 * interval '1 ms'
  where not exists (select from log.checkpoint where consumer_group = $1 and topic = $2 and partition = $3)
  on conflict do nothing
  returning epoch, next, tries, cautious_until, reached
)
select * from taken union all select * from first
