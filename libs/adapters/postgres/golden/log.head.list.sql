select topic, partition, next from log.head where topic = any ($1::text[])
