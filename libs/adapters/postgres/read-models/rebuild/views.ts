/** Views look at tables by what they are and not by name: those on a table that is switched are made anew, in the same transaction. */
import type { PoolClient } from 'pg';

export interface DependentView {
  /** Schema and name, quoted. */
  readonly name: string;
  readonly kind: 'v' | 'm';
  readonly options: string | null;
  readonly definition: string;
}

/** Views that read these tables of `read`, whoever made them. */
export async function viewsOn(client: PoolClient, names: readonly string[]): Promise<readonly DependentView[]> {
  const { rows } = await client.query<DependentView>(
    `select distinct format('%I.%I', n.nspname, c.relname) as name, c.relkind as kind,
       array_to_string(c.reloptions, ', ') as options, pg_get_viewdef(c.oid) as definition
     from pg_depend d
     join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
     join pg_class c on c.oid = r.ev_class
     join pg_namespace n on n.oid = c.relnamespace
     join pg_class t on d.refclassid = 'pg_class'::regclass and t.oid = d.refobjid
     join pg_namespace tn on tn.oid = t.relnamespace
     where tn.nspname = 'read' and t.relname = any ($1::text[]) and c.relkind in ('v', 'm')
     order by 1`,
    [names],
  );
  return rows;
}

/** Points a view at the tables that now bear the names in its definition; its comment and grants stay. */
export async function makeAnew(client: PoolClient, { name, options, definition }: DependentView): Promise<void> {
  const how = options === null ? '' : ` with (${options})`;
  await client.query(`create or replace view ${name}${how} as ${definition}`);
}
