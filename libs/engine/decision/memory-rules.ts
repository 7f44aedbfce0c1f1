/** Published rules in memory: activations are those the deciding store wrote. */
import type { Uuid } from '#contracts/ids.js';
import { switched } from './rules-in-force.js';
import type { InForce, RuleSource, RulesRegistry, RuleVersion } from './rules-registry.js';
import type { Activation } from './store.js';

export class MemoryRulesRegistry implements RulesRegistry {
  /** Versions known of each workspace. */
  readonly versions = new Map<Uuid, readonly RuleSource[]>();

  constructor(private readonly stored: () => readonly Activation[]) {}

  async inForce(workspaceId: Uuid, topic: string, partition: number, before: number): Promise<InForce> {
    const here = (await this.activations(workspaceId, topic, partition)).filter((one) => one.position < before);
    return here.reduce<InForce>((set, one) => switched(set, { number: one.number, rules: [one] }), {
      number: 0,
      rules: [],
    });
  }

  async activations(workspaceId: Uuid, topic: string, partition: number): Promise<readonly Activation[]> {
    return this.stored()
      .filter((one) => one.workspaceId === workspaceId && one.topic === topic && one.partition === partition)
      .sort((a, b) => a.number - b.number);
  }

  async sources(workspaceId: Uuid, versions: readonly RuleVersion[]): Promise<readonly RuleSource[]> {
    const known = this.versions.get(workspaceId) ?? [];
    return versions.map(({ rule, version }) => {
      const source = known.find((one) => one.rule === rule && one.version === version);
      if (source === undefined) throw new Error(`rule ${rule} has no version ${version}`);
      return source;
    });
  }
}
