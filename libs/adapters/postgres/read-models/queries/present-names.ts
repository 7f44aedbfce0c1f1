/**
 * Contacts as they are read: with the score of today, and attributes under their names of today. A contact's row holds values under the names they were written with until its next write;
 * whoever reads it sees a renamed one under its new name at once, as rules do (the one of today first, then former ones as listed).
 */
import type { PoolClient } from 'pg';
import type { Uuid } from '#contracts/ids.js';
import type { Pool } from '../../pool.js';
import { bind, statement } from '../../statement.js';
import { query } from '../../transaction.js';
import { READ } from '../tables.js';

const RENAMED = `from registry.attribute a where a.workspace_id = $1 and a.aliases <> '{}'`;
/** Of those that have no value under their name of today, the first there is under a former one. */
const FORMER = `select jsonb_object_agg(a.name, (
    select t.attributes -> former from unnest(a.aliases) former where t.attributes ? former limit 1
  )) ${RENAMED} and not t.attributes ? a.name and t.attributes ?| a.aliases`;
const ATTRIBUTES = `case when exists (select ${RENAMED}) then (t.attributes - array(select unnest(a.aliases) ${RENAMED})) || coalesce((
  ${FORMER}
), '{}') else t.attributes end`;

/** The score of a row of read.contact without what has expired of it: the one that rules see. */
export const scoreToday = (of: string): string =>
  `(select d.score from read.score_today d where d.workspace_id = ${of}.workspace_id and d.contact_id = ${of}.contact_id)`;

/** `select` list of read.contact as `t`, workspace `$1`: the row as it is read. */
export const PRESENT_CONTACT = READ.contact.selected
  .replace('t.attributes', ATTRIBUTES)
  .replace('t.score', scoreToday('t'));

const EXPIRES = statement(
  'read.timeline.expires',
  `select exists (
  select from read.timeline t where t.workspace_id = $1 and t.type = 'score_added' and t.data ? 'expiresAt'
) as "expires"`,
);

/** Whether points of any contact expire: where none do, the score as it is stored is that of today, and has an index. Rejects with WorldError. */
export async function scoresExpire(on: Pool | PoolClient, workspaceId: Uuid): Promise<boolean> {
  const { rows } = await query<{ expires: boolean }>(on, bind(EXPIRES, [workspaceId]));
  return rows[0]?.expires ?? false;
}

const NAMES = statement(
  'registry.attribute.names',
  `select name, aliases from registry.attribute
where workspace_id = $1 and aliases <> '{}' and (name = any ($2::text[]) or aliases && $2::text[])`,
);

/** Every name an attribute goes by, that of today first: by each of `asked` that has more than one. */
export type Names = ReadonlyMap<string, readonly string[]>;

/** Rejects with WorldError. */
export async function namesOf(on: Pool | PoolClient, workspaceId: Uuid, asked: readonly string[]): Promise<Names> {
  if (asked.length === 0) return new Map();
  const { rows } = await query<{ name: string; aliases: readonly string[] }>(on, bind(NAMES, [workspaceId, asked]));
  return new Map(
    rows.flatMap(({ name, aliases }) => {
      const all = [name, ...aliases];
      return all.map((one) => [one, all] as const);
    }),
  );
}
