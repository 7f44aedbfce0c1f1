/** All versions of one rule with everything they are made of. */
import type { Uuid } from '#contracts/ids.js';
import type { Pool } from '../pool.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';
import type { RuleVersionRow } from './versions.js';

export interface WholeVersion extends RuleVersionRow {
  /** Text by name. */
  readonly templates: { readonly [name: string]: string };
  /** Declared types by name. */
  readonly attributes: { readonly [name: string]: string };
}

const OF_RULE = statement(
  'registry.rule_version.of_rule',
  `select rule, version, hash, yaml, templates, attributes, author, note, created_at as "createdAt"
from registry.rule_version where workspace_id = $1 and rule = $2 order by version desc`,
);

/** Newest first. */
export async function versionsOfRule(pool: Pool, workspaceId: Uuid, rule: string): Promise<readonly WholeVersion[]> {
  const { rows } = await query<WholeVersion & Record<string, unknown>>(pool, bind(OF_RULE, [workspaceId, rule]));
  return rows;
}

const LIVE = statement(
  'registry.rule_version.live',
  `select v.rule, v.version, v.hash, v.yaml, v.templates, v.attributes, v.author, v.note, v.created_at as "createdAt"
from (select rules from registry.publication where workspace_id = $1 order by number desc limit 1) p
cross join lateral jsonb_to_recordset(p.rules) as r(rule text, version integer)
join registry.rule_version v on v.workspace_id = $1 and v.rule = r.rule and v.version = r.version
order by v.rule`,
);

/** Those published last, by rule; retired ones are none. */
export async function liveVersions(pool: Pool, workspaceId: Uuid): Promise<readonly WholeVersion[]> {
  const { rows } = await query<WholeVersion & Record<string, unknown>>(pool, bind(LIVE, [workspaceId]));
  return rows;
}
