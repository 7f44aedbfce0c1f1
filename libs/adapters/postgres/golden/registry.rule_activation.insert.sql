insert into registry.rule_activation (workspace_id, rule, version, number, topic, partition, position)
select * from unnest($1::uuid[], $2::text[], $3::int[], $4::int[], $5::text[], $6::smallint[], $7::bigint[])
on conflict do nothing
