/** Published rules in Postgres: immutable versions, and from which position of which partition they are in force. */
import type { Pool } from 'pg';
import type { Uuid } from '#contracts/ids.js';
import type { InForce, RuleSource, RulesRegistry, RuleVersion } from '#engine/decision/rules-registry.js';
import type { Activation } from '#engine/decision/store.js';
import { bind, statement } from '../statement.js';
import { query } from '../transaction.js';

const IN_FORCE = statement(
  'registry.rule_activation.in_force',
  `select distinct on (a.rule) a.rule, a.version, max(a.number) over () as latest
from registry.rule_activation a
where a.workspace_id = $1 and a.topic = $2 and a.partition = $3 and a.position < $4
order by a.rule, a.number desc`,
);
const ACTIVATIONS = statement(
  'registry.rule_activation.of_partition',
  `select workspace_id as "workspaceId", rule, version, number, topic, partition, position
from registry.rule_activation where workspace_id = $1 and topic = $2 and partition = $3 order by number, rule`,
);
const SOURCES = statement(
  'registry.rule_version.sources',
  `select v.rule, v.version, v.yaml, v.templates, v.attributes
from unnest($2::text[], $3::int[]) with ordinality as u(rule, version, n)
join registry.rule_version v on v.workspace_id = $1 and v.rule = u.rule and v.version = u.version
order by u.n`,
);

export class PostgresRulesRegistry implements RulesRegistry {
  constructor(private readonly pool: Pool) {}

  async inForce(workspaceId: Uuid, topic: string, partition: number, before: number): Promise<InForce> {
    const { rows } = await query<{ rule: string; version: number | null; latest: number }>(
      this.pool,
      bind(IN_FORCE, [workspaceId, topic, partition, before]),
    );
    const rules = rows.flatMap(({ rule, version }) => (version === null ? [] : [{ rule, version }]));
    return { number: rows[0]?.latest ?? 0, rules: rules.sort((a, b) => (a.rule < b.rule ? -1 : 1)) };
  }

  async activations(workspaceId: Uuid, topic: string, partition: number): Promise<readonly Activation[]> {
    const values = [workspaceId, topic, partition];
    return (await query<Activation & Record<string, unknown>>(this.pool, bind(ACTIVATIONS, values))).rows;
  }

  async sources(workspaceId: Uuid, versions: readonly RuleVersion[]): Promise<readonly RuleSource[]> {
    const values = [workspaceId, versions.map((one) => one.rule), versions.map((one) => one.version)];
    const { rows } = await query<RuleSource & Record<string, unknown>>(this.pool, bind(SOURCES, values));
    if (rows.length !== versions.length)
      throw new Error(`${versions.length - rows.length} of the published rule versions are not on record`);
    return rows;
  }
}
