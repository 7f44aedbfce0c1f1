update log.generation
set state = $3, announced_at = case $3 when 'announced' then clock_timestamp() else announced_at end
where name = 'engagements' and generation = $1 and state = $2
