import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './house.mjs';

const dist = join(root, 'dist');
const trees = ['apps', 'libs', 'bench'];

const filesBelow = (base) =>
  existsSync(join(root, base))
    ? readdirSync(join(root, base), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1))
    : [];

const compiled = (file) => file.endsWith('.ts');
const shipped = (file) => !compiled(file) && !/(\.md|\.golden\.\w+)$|\/golden\//.test(file);
const newer = (file, copy) => !existsSync(copy) || statSync(copy).mtimeMs < statSync(file).mtimeMs;

/** Copies to dist what the compiler leaves behind (SQL, YAML, styles), and removes output whose source is gone. */
export function mirrorAssets() {
  const sources = trees.flatMap(filesBelow);
  const known = new Set(sources);
  for (const file of sources.filter(shipped)) {
    const copy = join(dist, file);
    if (!newer(join(root, file), copy)) continue;
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(join(root, file), copy);
  }
  for (const output of trees.flatMap((tree) => filesBelow(join('dist', tree)))) {
    const file = output.slice('dist/'.length);
    if (!known.has(file) && !known.has(file.replace(/\.js(\.map)?$/, '.ts'))) rmSync(join(root, output));
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) mirrorAssets();
