/** Which compiled rules judge what: switched by publications on the log, cached for as long as the partition is held. */
import type { Uuid } from '#contracts/ids.js';
import type { RulesPublishedInput } from '#contracts/inputs.js';
import { StopPartitionError } from '#engine/log/errors.js';
import type { Batch } from '#engine/log/log.js';
import type { CompileRules, InForce, RulesRegistry, RuleVersion } from './rules-registry.js';

/** Compiled sets that are kept, of all workspaces: a set in force is compiled again only after so many others. */
const KEPT = 200;

interface Held {
  readonly epoch: number;
  next: number;
  readonly sets: Map<Uuid, InForce>;
}

/** The sets one batch sees and switches. Nothing outside changes before `commit`. */
export interface RulesOfBatch<Rules> {
  /** Compiled rules of a workspace at this point of the batch. */
  of(workspaceId: Uuid): Promise<Rules>;
  /** Takes a publication into force; false when its number is not above the one in force. */
  publish(workspaceId: Uuid, publication: RulesPublishedInput['data']): Promise<boolean>;
  /** The batch is committed up to `next`. */
  commit(next: number): void;
}

export class RulesInForce<Rules> {
  readonly #held = new Map<string, Held>();
  readonly #compiled = new Map<string, Promise<Rules>>();

  constructor(
    private readonly registry: RulesRegistry,
    private readonly compile: CompileRules<Rules>,
  ) {}

  /** The rules that `batch` starts with: from the registry when the partition was taken anew, else as the last batch left them. */
  begin(batch: Pick<Batch, 'fence' | 'first'>): RulesOfBatch<Rules> {
    const { topic, partition, epoch } = batch.fence;
    const place = `${topic}/${partition}`;
    const known = this.#held.get(place);
    const base = known && known.epoch === epoch && known.next === batch.first ? known.sets : new Map<Uuid, InForce>();
    const sets = new Map(base);
    const current = async (workspaceId: Uuid): Promise<InForce> => {
      const set = sets.get(workspaceId) ?? (await this.registry.inForce(workspaceId, topic, partition, batch.first));
      sets.set(workspaceId, set);
      return set;
    };
    return {
      of: async (workspaceId) => this.compiled(workspaceId, (await current(workspaceId)).rules),
      publish: async (workspaceId, publication) => {
        const before = await current(workspaceId);
        if (publication.number <= before.number) return false;
        const next = switched(before, publication);
        await this.compiled(workspaceId, next.rules);
        sets.set(workspaceId, next);
        return true;
      },
      commit: (next) => {
        this.#held.set(place, { epoch, next, sets });
      },
    };
  }

  /** The compiled set of these versions. Throws StopPartitionError when this process cannot read them: it may be the older one. */
  async compiled(workspaceId: Uuid, versions: readonly RuleVersion[]): Promise<Rules> {
    const name = `${workspaceId} ${versions.map((one) => `${one.rule}@${one.version}`).join(' ')}`;
    const known = this.#compiled.get(name) ?? this.load(workspaceId, versions);
    this.#compiled.delete(name);
    this.#compiled.set(name, known);
    if (this.#compiled.size > KEPT) {
      const oldest = this.#compiled.keys().next();
      if (!oldest.done) this.#compiled.delete(oldest.value);
    }
    try {
      return await known;
    } catch (error) {
      this.#compiled.delete(name);
      throw error;
    }
  }

  private async load(workspaceId: Uuid, versions: readonly RuleVersion[]): Promise<Rules> {
    const sources = versions.length === 0 ? [] : await this.registry.sources(workspaceId, versions);
    try {
      return this.compile(sources);
    } catch (cause) {
      throw new StopPartitionError(`published rules of workspace ${workspaceId} do not compile here`, { cause });
    }
  }
}

/** In rule order, so that two partitions name the same set alike. */
export function switched(before: InForce, publication: Pick<RulesPublishedInput['data'], 'number' | 'rules'>): InForce {
  const versions = new Map(before.rules.map((one) => [one.rule, one.version]));
  for (const { rule, version } of publication.rules) {
    if (version === null) versions.delete(rule);
    else versions.set(rule, version);
  }
  const rules = [...versions].map(([rule, version]) => ({ rule, version })).sort((a, b) => (a.rule < b.rule ? -1 : 1));
  return { number: publication.number, rules };
}
