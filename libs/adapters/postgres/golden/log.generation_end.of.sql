select "end" from log.generation_end where topic = $1 order by partition
