with head as (
  insert into engine.lane_head as h (lane, next) values ($1, $2)
  on conflict (lane) do update set next = h.next + excluded.next
  returning next - $2 as first
), appended as (
  insert into engine.event (workspace_id, contact_id, version, id, type, v, occurred_at, recorded_at, causation_id,
    correlation_id, data, pii, input_topic, input_partition, input_position, lane, position)
  select u.workspace_id, u.contact_id, u.version, u.id, u.type, u.v, to_timestamp(u.occurred_at / 1000),
    to_timestamp(u.recorded_at / 1000), u.causation_id, u.correlation_id,
    convert_from(substring($12::bytea from u.data_at for u.data_size), 'UTF8')::json,
    substring($15::bytea from u.pii_at for u.pii_size), $18::text, $19::smallint, u.input_position, $1, head.first + u.n - 1
  from head, unnest($3::uuid[], $4::uuid[], $5::int[], $6::uuid[], $7::text[], $8::smallint[], $9::float8[], $10::float8[],
      $11::uuid[], $20::uuid[], $13::int[], $14::int[], $16::int[], $17::int[], $21::bigint[]) with ordinality
    as u(workspace_id, contact_id, version, id, type, v, occurred_at, recorded_at, causation_id, correlation_id,
      data_at, data_size, pii_at, pii_size, input_position, n)
)
select first from head
