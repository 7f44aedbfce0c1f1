/**
 * Tables beside the read models, alike in everything but their rows: built in the schema `read_next`, moved to `read` in the place of
 * the live ones. Structure is read from the catalog, so a table that a later migration changes is copied as it then is.
 */
import type { PoolClient } from 'pg';

export const NEXT = 'read_next';
const OLD = 'read_old';

interface TableShape {
  readonly kind: 'r' | 'p';
  readonly partitioned: string | null;
  readonly options: string | null;
  readonly comment: string | null;
}

/** Empty tables without indexes; what an earlier rebuild left behind is removed first. */
export async function makeTables(client: PoolClient, names: readonly string[]): Promise<void> {
  await client.query(`drop schema if exists ${NEXT} cascade`);
  await client.query(`create schema ${NEXT}`);
  for (const name of names) await makeTable(client, name);
}

async function makeTable(client: PoolClient, name: string): Promise<void> {
  const { rows } = await client.query<TableShape>(
    `select relkind as kind, pg_get_partkeydef(oid) as partitioned, array_to_string(reloptions, ', ') as options,
      obj_description(oid) as comment
     from pg_class where oid = $1::regclass`,
    [`read.${name}`],
  );
  const { partitioned, options, comment } = rows[0] as TableShape;
  const like = `(like read.${name} including all excluding indexes)`;
  const by = partitioned === null ? '' : ` partition by ${partitioned}`;
  const how = options === null ? '' : ` with (${options})`;
  await client.query(`create table ${NEXT}.${name} ${like}${by}${how}`);
  if (comment !== null) await client.query(`comment on table ${NEXT}.${name} is ${client.escapeLiteral(comment)}`);
  await ensurePartitions(client, name);
}

/** Partitions as the live table has them now. */
export async function ensurePartitions(client: PoolClient, name: string): Promise<void> {
  const { rows } = await client.query<{ partition: string; bound: string }>(
    `select c.relname as partition, pg_get_expr(c.relpartbound, c.oid) as bound
     from pg_inherits join pg_class c on c.oid = inhrelid
     where inhparent = $1::regclass and not exists (
       select from pg_class o join pg_namespace n on n.oid = o.relnamespace where n.nspname = $2 and o.relname = c.relname)
     order by c.relname`,
    [`read.${name}`, NEXT],
  );
  for (const { partition, bound } of rows) {
    await client.query(`create table ${NEXT}.${partition} (like read.${partition} including all excluding indexes)`);
    await client.query(`alter table ${NEXT}.${name} attach partition ${NEXT}.${partition} ${bound}`);
  }
}

/** Keys and indexes under the names of the live ones: made once the rows are there, which is faster than row by row. */
export async function makeIndexes(client: PoolClient, name: string): Promise<void> {
  const table = `read.${name}`;
  const constraints = await client.query<{ name: string; definition: string }>(
    `select conname as name, pg_get_constraintdef(oid) as definition from pg_constraint
     where conrelid = $1::regclass and contype in ('p', 'u') order by conname`,
    [table],
  );
  for (const { name: key, definition } of constraints.rows)
    await client.query(`alter table ${NEXT}.${name} add constraint ${key} ${definition}`);
  const indexes = await client.query<{ definition: string }>(
    `select pg_get_indexdef(indexrelid) as definition from pg_index i
     where indrelid = $1::regclass and not exists (select from pg_constraint c where c.conindid = i.indexrelid)
     order by indexrelid`,
    [table],
  );
  for (const { definition } of indexes.rows)
    await client.query(definition.replace(/ ON (ONLY )?read\./, ` ON ${NEXT}.`));
  await client.query(`analyze ${NEXT}.${name}`);
}

/** Row-level security, its policies, and who may read, as the live tables have them. */
export async function secure(client: PoolClient, names: readonly string[]): Promise<void> {
  for (const { name, secured } of await withPartitions(client, names)) {
    if (secured) await client.query(`alter table ${NEXT}.${name} enable row level security`);
    await copyPolicies(client, name);
    await copyGrants(client, name);
  }
}

async function copyPolicies(client: PoolClient, name: string): Promise<void> {
  const { rows } = await client.query<{ statement: string }>(
    `select format('create policy %I on %I.%I as %s for %s to %s', policyname, $2::text, tablename, permissive, cmd,
       (select string_agg(case role when 'public' then role else quote_ident(role) end, ', ') from unnest(roles::text[]) role))
       || coalesce(' using (' || qual || ')', '') || coalesce(' with check (' || with_check || ')', '') as statement
     from pg_policies where schemaname = 'read' and tablename = $1 order by policyname`,
    [name, NEXT],
  );
  for (const { statement } of rows) await client.query(statement);
}

async function copyGrants(client: PoolClient, name: string): Promise<void> {
  const { rows } = await client.query<{ statement: string }>(
    `select format('grant %s on %I.%I to %s', string_agg(a.privilege_type, ', '), $2::text, c.relname,
       case a.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end) as statement
     from pg_class c, aclexplode(c.relacl) a
     where c.oid = $1::regclass and a.grantee <> c.relowner group by c.relname, a.grantee order by a.grantee`,
    [`read.${name}`, NEXT],
  );
  for (const { statement } of rows) await client.query(statement);
}

/** Moves the live tables out and the new ones in: names, indexes and partitions go with them. */
export async function swap(client: PoolClient, names: readonly string[]): Promise<void> {
  const tables = await withPartitions(client, names);
  await client.query(`drop schema if exists ${OLD} cascade`);
  await client.query(`create schema ${OLD}`);
  for (const { name } of tables) await client.query(`alter table read.${name} set schema ${OLD}`);
  for (const { name } of tables) await client.query(`alter table ${NEXT}.${name} set schema read`);
}

/** Waits for readers that began before the switch. Rejects when something else depends on the old tables: nothing of it is dropped. */
export async function dropOld(client: PoolClient, names: readonly string[]): Promise<void> {
  await client.query(`drop table ${names.map((name) => `${OLD}.${name}`).join(', ')}`);
  await client.query(`drop schema ${OLD}`);
  await dropNext(client);
}

export async function dropNext(client: PoolClient): Promise<void> {
  await client.query(`drop schema if exists ${NEXT} cascade`);
}

/** Live tables and their partitions, parents first. */
async function withPartitions(
  client: PoolClient,
  names: readonly string[],
): Promise<readonly { readonly name: string; readonly secured: boolean }[]> {
  const { rows } = await client.query<{ name: string; secured: boolean }>(
    `select c.relname as name, c.relrowsecurity as secured from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'read' and (c.relname = any ($1::text[]) or c.oid in (
       select inhrelid from pg_inherits join pg_class p on p.oid = inhparent
       join pg_namespace pn on pn.oid = p.relnamespace where pn.nspname = 'read' and p.relname = any ($1::text[])))
     order by c.relispartition, c.relname`,
    [names],
  );
  return rows;
}
