/** Inputs set aside and decided again, and rules taken into force: rare, so plain arrays do. */
import type { PoolClient } from 'pg';
import type { Activation, Changes, ParkedChange, ParkedInput } from '#engine/decision/store.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

const PARK = statement(
  'engine.parked.insert',
  `insert into engine.parked (topic, partition, position, workspace_id, contact_id, id, type, v, at, data, sealed, reason, error_sealed)
select u.topic, u.partition, u.position, u.workspace_id, u.contact_id, u.id, u.type, u.v, to_timestamp(u.at / 1000), u.data,
  u.sealed, u.reason, u.error_sealed
from unnest($1::text[], $2::smallint[], $3::bigint[], $4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::smallint[],
    $9::float8[], $10::json[], $11::bytea[], $12::text[], $13::bytea[])
  as u(topic, partition, position, workspace_id, contact_id, id, type, v, at, data, sealed, reason, error_sealed)
on conflict do nothing`,
);
const UNPARK = statement(
  'engine.parked.update',
  `update engine.parked p set state = u.state, reason = u.reason, error_sealed = u.error_sealed
from unnest($1::text[], $2::smallint[], $3::bigint[], $4::uuid[], $5::text[], $6::text[], $7::bytea[])
  as u(topic, partition, position, workspace_id, state, reason, error_sealed)
where p.topic = u.topic and p.partition = u.partition and p.position = u.position and p.workspace_id = u.workspace_id`,
);
const ACTIVATE = statement(
  'registry.rule_activation.insert',
  `insert into registry.rule_activation (workspace_id, rule, version, number, topic, partition, position)
select * from unnest($1::uuid[], $2::text[], $3::int[], $4::int[], $5::text[], $6::smallint[], $7::bigint[])
on conflict do nothing`,
);

export async function writeParked(tx: PoolClient, changes: Changes): Promise<void> {
  const { parked, unparked, activations } = changes;
  if (parked.length > 0) await query(tx, bind(PARK, parkedValues(parked)));
  if (unparked.length > 0) await query(tx, bind(UNPARK, unparkedValues(unparked)));
  if (activations.length > 0) await query(tx, bind(ACTIVATE, activationValues(activations)));
}

function parkedValues(parked: readonly ParkedInput[]): unknown[] {
  const of = <K extends keyof ParkedInput>(name: K): unknown[] => parked.map((row) => row[name]);
  return [
    ...[
      of('topic'),
      of('partition'),
      of('position'),
      of('workspaceId'),
      of('contactId'),
      of('id'),
      of('type'),
      of('v'),
    ],
    ...[of('at'), parked.map((row) => JSON.stringify(row.data)), of('sealed'), of('reason'), of('errorSealed')],
  ];
}

function unparkedValues(unparked: readonly ParkedChange[]): unknown[] {
  const of = <K extends keyof ParkedChange>(name: K): unknown[] => unparked.map((row) => row[name]);
  return [
    of('topic'),
    of('partition'),
    of('position'),
    of('workspaceId'),
    of('state'),
    of('reason'),
    of('errorSealed'),
  ];
}

function activationValues(activations: readonly Activation[]): unknown[] {
  const of = <K extends keyof Activation>(name: K): unknown[] => activations.map((row) => row[name]);
  const place = [of('topic'), of('partition'), of('position')];
  return [of('workspaceId'), of('rule'), of('version'), of('number'), ...place];
}
