/** Publications in memory: for pure tests. */
import type { Uuid } from '#contracts/ids.js';
import type { Appendable } from '#contracts/record.js';
import type { RuleSource } from '#engine/decision/rules-registry.js';
import type { KnownVersion, Publication, Publications, PublishingUnit } from './publications.js';

interface Tables {
  readonly versions: readonly (KnownVersion & RuleSource)[];
  readonly publications: readonly Publication[];
  readonly outbox: readonly Appendable[];
}

const EMPTY: Tables = { versions: [], publications: [], outbox: [] };

export class MemoryPublications implements Publications {
  readonly #tables = new Map<Uuid, Tables>();
  /** Answers which partitions have a number in force; the deciding store knows. */
  inForce: (workspaceId: Uuid, topic: string, number: number) => number = () => 0;

  of(workspaceId: Uuid): Tables {
    return this.#tables.get(workspaceId) ?? EMPTY;
  }

  async transaction<T>(workspaceId: Uuid, work: (unit: PublishingUnit) => Promise<T>): Promise<T> {
    let draft = this.of(workspaceId);
    const before = draft;
    const result = await work({
      latest: async () => draft.publications.at(-1) ?? null,
      versions: async (rules) => draft.versions.filter((one) => rules.includes(one.rule)),
      addVersion: async (content, version) => {
        draft = { ...draft, versions: [...draft.versions, { ...content, version }] };
      },
      publish: async (publication, inputs) => {
        const publications = [...draft.publications, publication];
        draft = { ...draft, publications, outbox: [...draft.outbox, ...inputs] };
      },
    });
    if (this.of(workspaceId) !== before) throw new Error('two publications of a workspace at once');
    this.#tables.set(workspaceId, draft);
    return result;
  }

  async latest(workspaceId: Uuid): Promise<Publication | null> {
    return this.of(workspaceId).publications.at(-1) ?? null;
  }

  async inForceOn(workspaceId: Uuid, topic: string, number: number): Promise<number> {
    return this.inForce(workspaceId, topic, number);
  }
}
