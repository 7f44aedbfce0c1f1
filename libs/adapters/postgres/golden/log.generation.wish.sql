insert into log.generation (name, generation, partitions, state) values ('engagements', $1, $2, 'wished')
