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

/** `source` with a text replaced that must occur in it once. Throws when it no longer applies. */
export function replacedOnce(source, { file, find, replace }) {
  const places = source.split(find).length - 1;
  if (places !== 1) throw new Error(`no longer applies: its text occurs ${places} times in ${file}`);
  return source.replace(find, () => replace);
}

/** Replaces a text that must occur once in the file. Returns how to take it back; throws when it no longer applies. */
export function replaceIn(copy, replacement) {
  const path = join(copy, replacement.file);
  const source = readFileSync(path, 'utf8');
  writeFileSync(path, replacedOnce(source, replacement));
  return () => writeFileSync(path, source);
}
