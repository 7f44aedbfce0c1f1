/** Looks for personal data where none may stand in clear: every table outside the read schema (engine.md 4.14). */
import type { Pool } from 'pg';

/**
 * Where `needles` stand in clear: `schema.table: needle`. Rows are searched as text, all columns, without regard to case; bytes also as
 * the needle's own bytes, and text also as its base64. `words` are searched as whole words in their own case: names are short.
 */
export async function findInClear(
  pool: Pool,
  needles: readonly string[],
  words: readonly string[] = [],
): Promise<readonly string[]> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'm') and n.nspname not in ('read', 'pg_catalog', 'information_schema') and n.nspname !~ '^pg_'
     order by 1`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const { rows } = await pool.query<{ needle: string }>(
      `select s.needle from unnest($1::text[], $2::text[], $3::text[]) as s(needle, pattern, word)
       where exists (select from ${name} t where lower(t::text) like s.pattern or t::text ~ s.word)`,
      columns([...needles.flatMap(patternsOf), ...words.flatMap(wordPatternsOf)]),
    );
    found.push(...[...new Set(rows.map(({ needle }) => needle))].map((needle) => `${name}: ${needle}`));
  }
  return found;
}

/** What of `needles` and `words` (as whole words) stands in a text, in whatever case the needles are. */
export function findInText(text: string, needles: readonly string[], words: readonly string[] = []): readonly string[] {
  const lower = text.toLowerCase();
  return [
    ...needles.filter((needle) => lower.includes(needle.toLowerCase())),
    ...words.filter((word) => new RegExp(`\\b${word}\\b`).test(text)),
  ];
}

interface Search {
  readonly needle: string;
  readonly pattern: string | null;
  readonly word: string | null;
}

function columns(searches: readonly Search[]): unknown[] {
  return [
    searches.map(({ needle }) => needle),
    searches.map(({ pattern }) => pattern),
    searches.map(({ word }) => word),
  ];
}

function patternsOf(needle: string): readonly Search[] {
  const forms = [needle.toLowerCase(), hex(needle), hex(needle.toLowerCase()), ...base64s(needle)];
  return forms.map((form) => ({ needle, pattern: `%${form.replace(/[\\%_]/g, '\\$&')}%`, word: null }));
}

/** In bytes a name is looked for as JSON has it: three letters alone come about by chance. */
function wordPatternsOf(word: string): readonly Search[] {
  return [
    { needle: word, pattern: null, word: `\\m${word}\\M` },
    { needle: word, pattern: `%${hex(JSON.stringify(word))}%`, word: null },
  ];
}

const hex = (text: string): string => Buffer.from(text).toString('hex');

/** The base64 of a text as it stands in that of a longer one: at each of three offsets, less what its neighbours change. */
function base64s(text: string): readonly string[] {
  return [0, 1, 2].map((offset) => {
    const whole = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]);
    const end = Math.floor(whole.length / 3) * 4;
    return whole
      .toString('base64')
      .slice(offset === 0 ? 0 : offset + 1, end)
      .toLowerCase();
  });
}
