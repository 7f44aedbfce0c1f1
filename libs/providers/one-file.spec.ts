/** A provider is its own files, one line of the registry and one page: nothing else knows it by name. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { PROVIDERS } from './registry.js';
import { settingsOf } from './source-check.js';

const ROOT = join(import.meta.dirname, '..', '..');
const names = PROVIDERS.map(({ name }) => name);

const sourcesUnder = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.spec.ts'))
    .map(({ parentPath, name }) => join(parentPath, name));

/** Its own: `libs/providers/NAME.ts` and what stands in `libs/providers/NAME/`. */
const ownerOf = (file: string): string | undefined =>
  names.find(
    (name) => file === join(ROOT, 'libs/providers', `${name}.ts`) || file.includes(`/libs/providers/${name}/`),
  );

/** Schemes are named in the registry's shared files; a scheme called like its provider is no list of providers. */
const SCHEMES: ReadonlySet<string> = new Set(PROVIDERS.flatMap(({ schemes }) => schemes));

it('is named in no shared file of providers, engine, adapters or platform', () => {
  const files = ['libs/providers', 'libs/engine', 'libs/adapters', 'libs/platform'].flatMap(sourcesUnder);
  expect(files.length).toBeGreaterThan(200);
  const found = files.flatMap((file) => {
    if (basename(file) === 'registry.ts' || file.includes('/demo/')) return [];
    const text = readFileSync(file, 'utf8').replaceAll(/^\s*(?:\*|\/\/|\/\*).*$|^import .*$/gm, '');
    return names
      .filter((name) => name !== ownerOf(file) && !SCHEMES.has(name) && new RegExp(`['"\`/]${name}['"\`/]`).test(text))
      .map((name) => `${file.slice(ROOT.length + 1)} names ${name}`);
  });
  expect(found).toEqual([]);
});

it('has a page each, and there is no other page', () => {
  const pages = readdirSync(join(ROOT, 'docs', 'providers')).map((file) => file.replace(/\.md$/, ''));
  expect(pages.toSorted()).toEqual(names.toSorted());
});

it.each(names)('%s: the page names its scheme and every setting that the source takes', (name) => {
  const page = readFileSync(join(ROOT, 'docs', 'providers', `${name}.md`), 'utf8');
  const provider = PROVIDERS.find((one) => one.name === name);
  if (provider === undefined) throw new Error(`no provider is named ${name}`);
  const { schemes, setup } = provider;
  const settings = [...settingsOf(provider, schemes[0] ?? ''), ...Object.values(setup?.settings ?? {}).flat()];
  // How a key is written shows by the key, save for senders of one's own.
  const wanted = [schemes[0] ?? '', ...new Set(settings)].filter((word) => word !== 'keyFormat');
  expect(wanted.filter((word) => !page.includes(`\`${word}\``))).toEqual([]);
  expect(page).toMatch(/https:\/\/(?:USER:PASSWORD@)?HOST\/ingest\/\{path\}/);
});
