/** Every version of every rule of a workspace, as people look through them. */
import type { Uuid } from '#contracts/ids.js';
import type { Pool } from '../pool.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

/** Times in milliseconds. */
export interface RuleVersionRow {
  readonly rule: string;
  readonly version: number;
  readonly hash: string;
  readonly yaml: string;
  readonly author: string | null;
  readonly note: string | null;
  readonly createdAt: number;
}

const LIST = statement(
  'registry.rule_version.list',
  `select rule, version, hash, yaml, author, note, created_at as "createdAt" from registry.rule_version
where workspace_id = $1 order by rule, version desc`,
);

/** By rule, newest version first. */
export async function listRuleVersions(pool: Pool, workspaceId: Uuid): Promise<readonly RuleVersionRow[]> {
  const { rows } = await query<RuleVersionRow>(pool, bind(LIST, [workspaceId]));
  return rows;
}

/** What a version is made of. */
export interface RulePublished {
  readonly rule: string;
  readonly yaml: string;
  readonly templates: { readonly [name: string]: string };
  /** Types by name, as text. */
  readonly attributes: { readonly [name: string]: string };
}

const PUBLISHED = statement(
  'registry.rule_version.published',
  `select v.rule, v.yaml, v.templates, v.attributes
from (select rules from registry.publication where workspace_id = $1 order by number desc limit 1) p
cross join lateral jsonb_to_recordset(p.rules) as r(rule text, version integer)
join registry.rule_version v on v.workspace_id = $1 and v.rule = r.rule and v.version = r.version
order by v.rule`,
);

/** Those published last, by rule; retired ones are none. */
export async function publishedRules(pool: Pool, workspaceId: Uuid): Promise<readonly RulePublished[]> {
  const { rows } = await query<RulePublished & Record<string, unknown>>(pool, bind(PUBLISHED, [workspaceId]));
  return rows;
}

const NAMING = statement(
  'registry.rule_version.naming',
  `select v.rule, n.name as attribute
from (select rules from registry.publication where workspace_id = $1 order by number desc limit 1) p
cross join lateral jsonb_to_recordset(p.rules) as r(rule text, version integer)
join registry.rule_version v on v.workspace_id = $1 and v.rule = r.rule and v.version = r.version
join unnest($2::text[]) as n(name) on v.attributes ? n.name
order by v.rule, n.name`,
);

/** Rules published last that name one of these attributes. */
export async function rulesNaming(
  pool: Pool,
  workspaceId: Uuid,
  attributes: readonly string[],
): Promise<readonly { readonly rule: string; readonly attribute: string }[]> {
  if (attributes.length === 0) return [];
  const { rows } = await query<{ rule: string; attribute: string }>(pool, bind(NAMING, [workspaceId, attributes]));
  return rows;
}
