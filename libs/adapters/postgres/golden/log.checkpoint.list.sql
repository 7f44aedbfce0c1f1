select partition, next, case when leased_until > clock_timestamp() then owner end as owner
from log.checkpoint where consumer_group = $1 and topic = $2 order by partition
