/** Looks for personal data where none may stand in clear: every table outside the read schema (engine.md 4.14). */
import type { Pool } from 'pg';

/**
 * Where `needles` stand in clear: `schema.table: needle`. Rows are searched as text without regard to case, bytes also as the hex and the
 * base64 of the needle.
 */
export async function findInClear(pool: Pool, needles: readonly string[]): Promise<readonly string[]> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'm') and n.nspname not in ('read', 'pg_catalog', 'information_schema') and n.nspname !~ '^pg_'
     order by 1`,
  );
  const found: string[] = [];
  for (const { name } of tables)
    for (const needle of needles) {
      const { rows } = await pool.query<{ hits: number }>(
        `select count(*)::int as hits from ${name} t where lower(t::text) like any ($1)`,
        [
          [needle.toLowerCase(), hex(needle), hex(needle.toLowerCase()), base64(needle)].map(
            (text) => `%${escaped(text)}%`,
          ),
        ],
      );
      if (rows[0]?.hits !== 0) found.push(`${name}: ${needle}`);
    }
  return found;
}

const hex = (text: string): string => Buffer.from(text).toString('hex');
/** The part of the base64 that does not hang on what stands beside it. */
const base64 = (text: string): string => Buffer.from(text).toString('base64').slice(0, -4).toLowerCase();
const escaped = (text: string): string => text.replace(/[\\%_]/g, '\\$&');
