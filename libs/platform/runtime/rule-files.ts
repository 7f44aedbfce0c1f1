/** Files of a directory of rules: rules/*.yaml, templates/*.md, attributes.yaml. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RuleFile } from '#engine/publishing/publish.js';

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
