/** The same three terms in json-rules-engine, the most used rule engine of Node. */
import { Engine } from 'json-rules-engine';

export interface Facts {
  readonly type: string;
  readonly actor: string;
  readonly score: number;
  readonly tags: readonly string[];
}

/** Rules that all match `type clicked`, `actor human`, a score of their number at least, and the tag vip. */
export function engineOf(count: number): Engine {
  const engine = new Engine();
  for (let nth = 0; nth < count; nth += 1) {
    engine.addRule({
      name: `three-${nth}`,
      conditions: {
        all: [
          { fact: 'actor', operator: 'equal', value: 'human' },
          { fact: 'score', operator: 'greaterThanInclusive', value: nth },
          { fact: 'tags', operator: 'contains', value: 'vip' },
        ],
      },
      event: { type: `three-${nth}` },
    });
  }
  return engine;
}

/** Number of rules that match. */
export async function matchedBy(engine: Engine, facts: Facts): Promise<number> {
  const { events } = await engine.run({ ...facts });
  return events.length;
}
