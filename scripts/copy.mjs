/** Copies of the sources to break: built dist included, packages linked. */
import { cpSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { root } from './house.mjs';

const left = new Set(['node_modules', '.git', 'data', 'coverage']);

/** The copy's folder; its maker removes it. */
export function copySources() {
  const copy = mkdtempSync(join(tmpdir(), 'afterclick-sabotage-'));
  const wanted = (path) => !left.has(relative(root, path).split(sep)[0]);
  cpSync(root, copy, { recursive: true, preserveTimestamps: true, filter: wanted });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'dir');
  return copy;
}

/** Replaces a text that must occur once in the file. Returns how to take it back; throws when it no longer applies. */
export function replaceIn(copy, { file, find, replace }) {
  const path = join(copy, file);
  const source = readFileSync(path, 'utf8');
  const places = source.split(find).length - 1;
  if (places !== 1) throw new Error(`no longer applies: its text occurs ${places} times in ${file}`);
  writeFileSync(
    path,
    source.replace(find, () => replace),
  );
  return () => writeFileSync(path, source);
}
