/** Logins that read one workspace's read models by plain SQL, and nothing else (migration 0005: row-level security). */
import { createHash } from 'node:crypto';
import pg, { type Pool, type PoolClient } from 'pg';
import type { Uuid } from '#contracts/ids.js';
import { bind, statement } from '../statement.js';
import { inTransaction } from '../transaction.js';

// Only what keeps workspaces apart (read.model has none), so that a table whose migration forgot it stays closed. Partitions are left
// out: they are read through their table.
const READABLE = `select format('%I.%I', n.nspname, c.relname) as name, c.oid from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'read' and not c.relispartition
  and (c.relkind in ('r', 'p') and c.relrowsecurity or c.relkind = 'v' and 'security_invoker=true' = any(c.reloptions)
    or c.relname = 'model')
order by c.relname`;
const TABLES = statement('read.role.readable', READABLE);
// Roles belong to the server: a database that was restored on another one has readers that are not there.
const CLOSED = statement(
  'read.role.closed',
  `select r.role, t.name from registry.read_role r
join pg_roles p on p.rolname = r.role
cross join (${READABLE}) t
where not has_table_privilege(p.oid, t.oid, 'select')
order by r.role, t.name`,
);
const EXISTS = statement('read.role.exists', 'select 1 from pg_roles where rolname = $1');
const ENTER = statement(
  'read.role.enter',
  `insert into registry.read_role (role, workspace_id) values ($1, $2)
on conflict (role) do update set workspace_id = excluded.workspace_id`,
);

/** Any fixed number: processes that start at once would update the same grants. */
const LOCK = 7_316_824_002;

const STATEMENT_TIMEOUT = '60s';
const CONNECTIONS = 10;

/** `afterclick_read_` and 12 characters that follow from the workspace's id. */
export function readRoleOf(workspaceId: Uuid): string {
  return `afterclick_read_${createHash('sha256').update(workspaceId).digest('hex').slice(0, 12)}`;
}

/**
 * Makes the workspace's read-only login, or gives the one there is this password. It sees the schema `read`, rows of this workspace
 * only, and cannot write. Returns a connection string to the pool's database. Rejects with an Error that says what to do when the
 * database's user may not make roles.
 */
export async function createReadRole(pool: Pool, workspaceId: Uuid, password: string): Promise<string> {
  const role = readRoleOf(workspaceId);
  await inTransaction(pool, async (tx) => {
    await tx.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [role]);
    await makeLogin(tx, role, password);
    await tx.query(bind(ENTER, [role, workspaceId]));
    await grant(tx, role);
  });
  return asRole(pool, role, password);
}

/** Opens tables that were added since to all readers: at each start, for a process may end between a migration and this. */
export async function refreshReadRoles(pool: Pool): Promise<void> {
  await inTransaction(pool, async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [LOCK]);
    const { rows } = await tx.query<{ role: string; name: string }>(bind(CLOSED, []));
    for (const { role, name } of rows) await tx.query(`grant select on ${name} to ${role}`);
  });
}

async function makeLogin(tx: PoolClient, role: string, password: string): Promise<void> {
  const found = await tx.query(bind(EXISTS, [role]));
  const verb = found.rowCount === 0 ? 'create' : 'alter';
  try {
    await tx.query(
      `${verb} role ${role} login noinherit connection limit ${CONNECTIONS} password ${pg.escapeLiteral(password)}`,
    );
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === '42501')
      throw new Error(`the database's user may not make the read-only role ${role}: grant it CREATEROLE`, {
        cause: error,
      });
    throw error;
  }
  await tx.query(`alter role ${role} set default_transaction_read_only = on`);
  await tx.query(`alter role ${role} set statement_timeout = '${STATEMENT_TIMEOUT}'`);
  await tx.query(`alter role ${role} set search_path = read`);
}

async function grant(tx: PoolClient, role: string): Promise<void> {
  const { rows } = await tx.query<{ name: string }>(bind(TABLES, []));
  await tx.query(`grant usage on schema read to ${role}`);
  await tx.query(`grant select on ${rows.map(({ name }) => name).join(', ')} to ${role}`);
}

/** The pool's own address with another user; a socket's has no host that a user could stand before. */
function asRole(pool: Pool, role: string, password: string): string {
  const url = new URL(pool.options.connectionString ?? '');
  if (url.host === '') {
    url.searchParams.set('user', role);
    url.searchParams.set('password', password);
  } else {
    url.username = role;
    url.password = password;
  }
  return url.href;
}
