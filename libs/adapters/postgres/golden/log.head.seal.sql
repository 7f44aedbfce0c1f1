with own as materialized (
  select partition from log.head where topic = $1 order by partition for update
), sealed as (
  update log.head h set sealed = true from own where h.topic = $1 and h.partition = own.partition returning h.partition, h.next
)
select next from sealed order by partition
