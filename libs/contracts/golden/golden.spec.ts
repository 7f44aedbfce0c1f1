import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DELIVERY_VERSIONS } from '../deliveries.js';
import { INPUT_VERSIONS } from '../inputs.js';
import { EVENT_VERSIONS, type EventContent, isKnownEvent, upcast } from '../upcast.js';
import { DELIVERY_EXAMPLES, EVENT_EXAMPLES, INPUT_EXAMPLES } from './examples.js';

const HERE = import.meta.dirname;
const FAMILIES = {
  events: { versions: EVENT_VERSIONS, examples: EVENT_EXAMPLES },
  inputs: { versions: INPUT_VERSIONS, examples: INPUT_EXAMPLES },
  deliveries: { versions: DELIVERY_VERSIONS, examples: DELIVERY_EXAMPLES },
} as const;

const textOf = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
const fileOf = (family: string, type: string, v: number) => join(HERE, family, `${type}.v${v}.json`);

describe.each(Object.entries(FAMILIES))('stored %s', (family, { versions, examples }) => {
  const types = Object.entries(versions as Record<string, number>);

  it.each(types)('%s v%i is written as its golden file says', (type, v) => {
    const file = fileOf(family, type, v);
    const example = textOf((examples as Record<string, unknown>)[type]);
    if (process.env['UPDATE_GOLDEN'] && !existsSync(file)) {
      mkdirSync(join(HERE, family), { recursive: true });
      writeFileSync(file, example);
    }
    expect(existsSync(file)).toBe(true);
    expect(example).toBe(readFileSync(file, 'utf8'));
  });

  it('keeps a file of every version ever released, and no other', () => {
    const expected = types.flatMap(([type, current]) =>
      Array.from({ length: current }, (_, index) => `${type}.v${index + 1}.json`),
    );
    expect(readdirSync(join(HERE, family)).sort()).toEqual(expected.sort());
  });
});

it('lifts every released event to the version of today', () => {
  for (const name of readdirSync(join(HERE, 'events'))) {
    const stored = JSON.parse(readFileSync(join(HERE, 'events', name), 'utf8')) as EventContent;
    expect(isKnownEvent(stored.type, stored.v)).toBe(true);
    const lifted = upcast(stored);
    expect(lifted.v).toBe((EVENT_VERSIONS as Record<string, number>)[stored.type]);
  }
});
