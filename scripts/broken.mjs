/** Built copies that are broken on purpose: dist as it is, but for the files that a break changes. */
import { cpSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { breaks } from './breaks.mjs';
import { replacedOnce } from './copy.mjs';
import { root } from './house.mjs';

const COPIED = ['bin', 'dist', 'docker-compose.yml', 'package.json'];
const LINKED = ['library', 'libs', 'node_modules', 'scripts'];

/** Makes a copy with the named break in it and answers its folder, which is the caller's to remove. Throws on a name there is not. */
export function brokenCopy(name) {
  const replacements = breaks[name];
  if (!replacements) throw new Error(`--break ${name} is none of ${Object.keys(breaks).join(', ')}.`);
  const copy = mkdtempSync(join(tmpdir(), `afterclick-${name}-`));
  for (const part of COPIED) cpSync(join(root, part), join(copy, part), { recursive: true, preserveTimestamps: true });
  for (const part of LINKED) symlinkSync(join(root, part), join(copy, part));
  for (const replacement of replacements) compile(copy, replacement);
  return copy;
}

/** One file, without a look at its types. */
function compile(copy, replacement) {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const { file } = replacement;
  const source = replacedOnce(readFileSync(join(root, file), 'utf8'), replacement);
  // A file on its own does not know that its package is of modules.
  const compilerOptions = { ...options, module: ts.ModuleKind.ESNext, sourceMap: false };
  const { outputText } = ts.transpileModule(source, { compilerOptions, fileName: join(root, file) });
  writeFileSync(join(copy, 'dist', file.replace(/\.ts$/, '.js')), outputText);
}
