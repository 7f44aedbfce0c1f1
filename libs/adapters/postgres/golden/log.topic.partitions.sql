select partitions from log.topic where name = $1
