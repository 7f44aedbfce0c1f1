/** Rules that were suspended and are since out of force, and what a rule failed of last. */
import type { Uuid } from '#contracts/ids.js';
import { SUSPENDED, type Suspension, suspensionOf } from '#engine/publishing/suspension.js';
import type { Pool } from '../pool.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

export interface SuspendedRule extends Suspension {
  readonly rule: string;
  /** The version that failed. */
  readonly version: number;
  /** Milliseconds. */
  readonly since: number;
}

// The publication that took it out of force, by its author, unless one after it put the rule in force again.
const SUSPENSIONS = statement(
  'registry.publication.suspensions',
  `select was.rule, was.version, p.author, p.created_at as since
from registry.publication p
join registry.publication before on before.workspace_id = p.workspace_id and before.number = p.number - 1
cross join lateral jsonb_to_recordset(before.rules) as was(rule text, version integer)
where p.workspace_id = $1 and starts_with(p.author, $2) and was.version is not null
  and p.rules @> jsonb_build_array(jsonb_build_object('rule', was.rule, 'version', null))
  and not exists (
    select from registry.publication after
    where after.workspace_id = $1 and after.number > p.number and jsonb_path_exists(
      after.rules, '$[*] ? (@.rule == $rule && @.version != null)', jsonb_build_object('rule', was.rule))
  )
order by was.rule`,
);
// Once a suspension: it reads the events of a day, whose months alone are looked through.
const LAST_FAILURE = statement(
  'read.timeline.last_rule_failure',
  `select t.pii ->> 'error' as error, v.yaml
from read.timeline t
join registry.rule_version v on v.workspace_id = t.workspace_id and v.rule = $2 and v.version = $3
where t.workspace_id = $1 and t.recorded_at >= $4 and t.type = 'rule_failed'
  and t.data ->> 'rule' = $2 and (t.data ->> 'version')::integer = $3 and t.pii ? 'error'
order by t.recorded_at desc
limit 1`,
);

/** By rule. */
export async function suspendedRules(pool: Pool, workspaceId: Uuid): Promise<readonly SuspendedRule[]> {
  type Row = Pick<SuspendedRule, 'rule' | 'version' | 'since'> & { author: string };
  const { rows } = await query<Row>(pool, bind(SUSPENSIONS, [workspaceId, SUSPENDED]));
  return rows.flatMap(({ rule, version, since, author }) => {
    const suspension = suspensionOf(author);
    return suspension === null ? [] : [{ rule, version, since, ...suspension }];
  });
}

/** The last error of a version since then (milliseconds), in clear, and the version's text; null where none is on record. */
export async function lastFailure(
  pool: Pool,
  workspaceId: Uuid,
  { rule, version }: { readonly rule: string; readonly version: number },
  since: number,
): Promise<{ readonly error: string; readonly yaml: string } | null> {
  const values = [workspaceId, rule, version, new Date(since)];
  return (await query<{ error: string; yaml: string }>(pool, bind(LAST_FAILURE, values))).rows[0] ?? null;
}
