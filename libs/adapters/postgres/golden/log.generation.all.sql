select generation, partitions, state, extract(epoch from clock_timestamp() - announced_at) * 1000 as "announcedMs"
from log.generation where name = 'engagements' order by generation
