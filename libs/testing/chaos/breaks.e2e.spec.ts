/** Each break of the fault run as a directed script at its named point: red for its own reason, and green without the break. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { installed } from '#platform/runtime/installation.js';
import { Teller } from '../senders/teller.js';
import type { Script } from './scripts/script.js';
import { SCRIPTS } from './scripts/scripts.js';
import { type Conclusion, Trial } from './trial.js';

/** Nothing is under way for long: a script sends a handful of events. */
const DRAIN_MS = 20_000;

const { brokenCopy } = (await import(installed('scripts', 'broken.mjs'))) as { brokenCopy(name: string): string };
const { breaks } = (await import(installed('scripts', 'breaks.mjs'))) as { breaks: object };

/** What the checker finds after the scripts have run, one after the other, in the build in `folder`. */
async function outcomeOf(folder: string, scripts: readonly [Script, ...Script[]]): Promise<Conclusion> {
  const trial = await Trial.open({
    shape: scripts[0].shape,
    program: join(folder, 'bin', 'afterclick.mjs'),
    seed: 1,
    senders: ({ providers, targets, journal }) => new Teller(providers, targets, journal),
  });
  try {
    for (const script of scripts) await script.run(trial);
    return await trial.conclude(DRAIN_MS);
  } finally {
    await trial.close();
  }
}

it('has a script for each break', () => {
  expect(SCRIPTS.map(({ name }) => name).sort()).toEqual(Object.keys(breaks).sort());
});

it.each([...Map.groupBy(SCRIPTS, ({ shape }) => shape.name)])(
  'is green unbroken: %s',
  async (_, scripts) => {
    const { findings, batches, evidence } = await outcomeOf(installed(), scripts as [Script, ...Script[]]);
    expect(findings).toEqual({ lost: [], duplicated: [], stuck: [], misordered: [] });
    const names = scripts.map(({ name }) => name);
    if (names.includes('dedup')) expect(evidence.observed.books.duplicate).toBeGreaterThan(0);
    if (names.includes('fence')) expect(batches.fenced).toBeGreaterThan(0);
  },
  120_000,
);

it.each(SCRIPTS)(
  'turns red for its own reason with --break $name',
  async (script) => {
    const folder = brokenCopy(script.name);
    try {
      const { findings } = await outcomeOf(folder, [script]);
      expect(findings[script.red.kind].filter((sentence) => script.red.sentence.test(sentence))).not.toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  120_000,
);
