/** Files of a directory of rules: rules/*.yaml, templates/*.md, sequences/*.yaml, segments/*.yaml, attributes.yaml, teams.yaml. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RuleFile } from '#engine/publishing/publish.js';

const BESIDE_RULES = ['templates', 'sequences', 'segments', 'attributes.yaml', 'teams.yaml'];

/** Whoever names the `rules` folder of a directory of rules means the directory: what its rules need lies beside it. */
export function rulesRoot(directory: string): string {
  const full = resolve(directory);
  const above = dirname(full);
  const isInside = basename(full) === 'rules' && !existsSync(join(full, 'rules'));
  return isInside && BESIDE_RULES.some((name) => existsSync(join(above, name)))
    ? relative('', above) || '.'
    : directory;
}

/** All .yaml, .yml and .md files below `directory`, by path with forward slashes. Rejects when it is no directory. */
export async function readRuleFiles(directory: string | URL): Promise<readonly RuleFile[]> {
  const root = directory instanceof URL ? fileURLToPath(directory) : directory;
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && /\.(ya?ml|md)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return Promise.all(
    paths.map(async (path) => ({
      path: relative(root, path).split(sep).join('/'),
      text: await readFile(path, 'utf8'),
    })),
  );
}
