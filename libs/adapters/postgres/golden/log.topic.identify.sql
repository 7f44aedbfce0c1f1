update log.topic set identity = coalesce(identity, $2) where name = $1 returning identity
