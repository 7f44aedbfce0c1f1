/** Copies of the read models beside them, in temporary tables of the replay's connection, and how the two differ. */
import type { PoolClient } from 'pg';
import type { Uuid } from '#contracts/ids.js';
import { columnOf } from '../table.js';
import { READ, type ReadTables } from '../tables.js';
import type { ContactRange } from './ranges.js';

/** A row that is not what a replay of the events gives. */
export interface Difference {
  /** Table of the schema `read`. */
  readonly model: string;
  /** Its key without the workspace, as text. */
  readonly key: Readonly<Record<string, string>>;
  /** `missing`: only the replay gives it; `extra`: only the read model has it. */
  readonly kind: 'missing' | 'extra' | 'changed';
  /** Which columns of a changed row; values are not told: they are personal. */
  readonly columns: readonly string[];
}

export type TableName = keyof ReadTables;
export const COUNTERS: readonly TableName[] = ['ruleCounter', 'sourceCounter'];
const OF_CONTACTS = (Object.keys(READ) as TableName[]).filter((name) => !COUNTERS.includes(name));
/** Rows that a comparison shows at most, by table and range; all are counted. */
const SHOWN = 100;

/** Empty copies of all tables. */
export async function makeCopies(client: PoolClient): Promise<void> {
  for (const { name } of Object.values(READ))
    await client.query(`create temporary table ${name} (like read.${name} including all)`);
}

/** Empties the copies of what belongs to contacts (counters are of the whole workspace). */
export async function emptyCopies(client: PoolClient): Promise<void> {
  await client.query(`truncate ${OF_CONTACTS.map((name) => `pg_temp.${READ[name].name}`).join(', ')}`);
}

/** Moves the rows of some contacts from the read models to the copies. */
export async function moveToCopies(client: PoolClient, range: ContactRange): Promise<void> {
  for (const name of OF_CONTACTS) await move(client, READ[name].name, OF_RANGE, valuesOf(range));
}

/** Moves all counters of a workspace to the copies. */
export async function moveCountersToCopies(client: PoolClient, workspaceId: Uuid): Promise<void> {
  for (const name of COUNTERS) await move(client, READ[name].name, OF_WORKSPACE, [workspaceId]);
}

async function move(client: PoolClient, name: string, where: string, values: unknown[]): Promise<void> {
  await client.query(
    `with moved as (delete from read.${name} t where ${where} returning t.*) insert into pg_temp.${name} select * from moved`,
    values,
  );
}

export interface Differences {
  readonly count: number;
  /** The first ones. */
  readonly shown: readonly Difference[];
}

/** Compares the rows of some contacts. `given`: which side is what the replay gives. */
export function compareContacts(client: PoolClient, range: ContactRange, given: Side): Promise<Differences> {
  return compareTables(client, OF_CONTACTS, sidesOf(given), OF_RANGE, valuesOf(range));
}

export function compareCounters(client: PoolClient, workspaceId: Uuid, given: Side): Promise<Differences> {
  return compareTables(client, COUNTERS, sidesOf(given), OF_WORKSPACE, [workspaceId]);
}

export type Side = 'read' | 'copy';

export const OF_RANGE = 't.workspace_id = $1 and t.contact_id > $2 and t.contact_id <= $3';
export const OF_WORKSPACE = 't.workspace_id = $1';

export function valuesOf({ workspaceId, after, upTo }: ContactRange): unknown[] {
  return [workspaceId, after, upTo];
}

/** Where the rows are that were there, and those that the events give. */
export interface Schemas {
  readonly had: string;
  readonly gives: string;
}

function sidesOf(given: Side): Schemas {
  return given === 'copy' ? { had: 'read', gives: 'pg_temp' } : { had: 'pg_temp', gives: 'read' };
}

/** Compares the rows of tables of the same name in two schemas. `where`: on the alias t. */
export async function compareTables(
  client: PoolClient,
  names: readonly TableName[],
  schemas: Schemas,
  where: string,
  values: unknown[],
): Promise<Differences> {
  let count = 0;
  const shown: Difference[] = [];
  for (const name of names) {
    const { rows } = await client.query<Omit<Difference, 'model'> & { readonly count: number }>(
      comparison(READ[name], schemas, where),
      values,
    );
    count += rows[0]?.count ?? 0;
    for (const { kind, key, columns } of rows) shown.push({ model: READ[name].name, kind, key, columns });
  }
  return { count, shown };
}

/** Rows are compared by their text, to the byte. */
function comparison(
  { name, key }: Pick<ReadTables[TableName], 'name' | 'key'>,
  { had, gives }: Schemas,
  where: string,
): string {
  const columns = key.map(columnOf);
  const shownKey = columns.filter((column) => column !== 'workspace_id');
  return `select case when h is null then 'missing' when g is null then 'extra' else 'changed' end as kind,
  jsonb_build_object(${shownKey.map((column) => `'${column}', ${column}::text`).join(', ')}) as key,
  coalesce((select array_agg(a.key order by a.key) from jsonb_each(to_jsonb(h)) a join jsonb_each(to_jsonb(g)) b on b.key = a.key
    where a.value is distinct from b.value), '{}') as columns,
  count(*) over () as count
from (select * from ${had}.${name} t where ${where}) h
full join (select * from ${gives}.${name} t where ${where}) g using (${columns.join(', ')})
where h::text is distinct from g::text
order by ${columns.join(', ')}
limit ${SHOWN}`;
}
