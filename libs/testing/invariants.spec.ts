/** docs/invariants.md names, for each invariant, tests that are there; and every sabotage is found by a test named under its invariant. */
import { existsSync, readFileSync } from 'node:fs';
import { installed } from '#platform/runtime/installation.js';

interface Sabotage {
  readonly invariant: number;
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly spec: string;
  readonly test: string;
}
interface Section {
  readonly number: number;
  readonly text: string;
  readonly tests: readonly { readonly file: string; readonly name: string }[];
}

/** Invariants that a sabotage must break. */
const BROKEN_ON_PURPOSE = [1, 2, 3, 4, 5, 7, 8, 10, 12, 13, 14, 16];

function sections(): readonly Section[] {
  const page = readFileSync(installed('docs', 'invariants.md'), 'utf8');
  return page
    .split(/^## /m)
    .slice(1)
    .map((text) => ({ number: Number.parseInt(text, 10), text, tests: testsIn(text) }));
}

function testsIn(text: string): Section['tests'] {
  let file = '';
  return text.split('\n').flatMap((line) => {
    file = /^- \[.*\]\(\.\.\/(.*)\)$/.exec(line)?.[1] ?? file;
    const name = /^ {2}- “(.*)”$/.exec(line)?.[1];
    return name === undefined ? [] : [{ file, name }];
  });
}

async function sabotages(): Promise<readonly Sabotage[]> {
  return ((await import(installed('scripts', 'sabotages.mjs'))) as { sabotages: readonly Sabotage[] }).sabotages;
}

it('speaks of all twenty, each with a test or with what is not built yet', () => {
  expect(sections().map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  for (const { number, text, tests } of sections())
    expect({ number, told: tests.length > 0 || text.includes('**Not built yet:**') }).toEqual({ number, told: true });
});

it('names tests that are there', () => {
  const missing = sections()
    .flatMap(({ tests }) => tests)
    .filter(({ file, name }) => !existsSync(installed(file)) || !readFileSync(installed(file), 'utf8').includes(name));
  expect(missing).toEqual([]);
});

it('every break of the fault run still applies', async () => {
  const module = (await import(installed('scripts', 'breaks.mjs'))) as { breaks: Record<string, readonly Sabotage[]> };
  for (const [name, replacements] of Object.entries(module.breaks))
    for (const { file, find } of replacements)
      expect({ name, places: readFileSync(installed(file), 'utf8').split(find).length - 1 }).toEqual({
        name,
        places: 1,
      });
});

it('every sabotage still applies, and its invariant has a test to find it', async () => {
  const all = await sabotages();
  for (const { name, file, find } of all)
    expect({ name, places: readFileSync(installed(file), 'utf8').split(find).length - 1 }).toEqual({ name, places: 1 });
  const broken = new Set(all.map(({ invariant }) => invariant));
  expect(BROKEN_ON_PURPOSE.filter((invariant) => !broken.has(invariant))).toEqual([]);
  for (const { spec } of all) expect({ spec, there: existsSync(installed(spec)) }).toEqual({ spec, there: true });
});
