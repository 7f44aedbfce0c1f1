/** De-duplication keys that a segment asks for: made once an input, used to load and to decide. */
import type { Decider } from '#contracts/decision.js';
import type { Uuid } from '#contracts/ids.js';
import type { Opened } from './opened.js';
import type { SeenKey } from './store.js';

export const seenName = (workspaceId: Uuid, key: Uuid, month: string): string => workspaceId + key + month;

/** A look-up key of an input with the names under which it may be on record. */
export interface AskedKey {
  readonly key: Uuid;
  readonly names: readonly string[];
}

export class Asked {
  readonly #byInput = new Map<Opened, readonly AskedKey[]>();
  readonly #rows = new Map<string, SeenKey>();

  constructor(decider: Pick<Decider<unknown, unknown>, 'lookups'>, inputs: readonly Opened[]) {
    for (const input of inputs) {
      if (input.placed === null) continue;
      const { workspaceId } = input.placed;
      const keys = decider.lookups(input.placed).map(({ key, months }) => ({
        key,
        names: months.map((month) => {
          const name = seenName(workspaceId, key, month);
          this.#rows.set(name, { workspaceId, key, month });
          return name;
        }),
      }));
      this.#byInput.set(input, keys);
    }
  }

  of(input: Opened): readonly AskedKey[] {
    return this.#byInput.get(input) ?? [];
  }

  /** In key order, each once. */
  rows(): readonly SeenKey[] {
    return [...this.#rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  }
}
