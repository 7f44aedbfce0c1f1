/** Keys that a provider issued, from the command line or from a file. */
import { readFileSync } from 'node:fs';
import { UsageError } from '../failure.js';

export interface KeyOptions {
  readonly key?: readonly string[];
  readonly keyFile?: string;
}

/** Undefined where none were given. A file holds one key a line, or one in PEM; `-` is standard input. */
export function keysGiven({ key, keyFile }: KeyOptions): readonly string[] | undefined {
  const filed = keyFile === undefined ? [] : keysIn(readFileSync(keyFile === '-' ? 0 : keyFile, 'utf8'), keyFile);
  const keys = [...(key ?? []), ...filed];
  return keys.length === 0 ? undefined : keys;
}

function keysIn(text: string, file: string): readonly string[] {
  const keys = text.includes('-----BEGIN') ? [text.trim()] : text.split('\n').map((line) => line.trim());
  const found = keys.filter((key) => key !== '');
  if (found.length === 0) throw new UsageError(`There is no key in ${file}.`);
  return found;
}

/** Whether requests can only be verified with a key that the provider issues. */
export async function needsProvidersKey({
  provider: name,
  scheme,
}: {
  readonly provider: string;
  readonly scheme: string;
}): Promise<boolean> {
  // Commands that do not ask need not read all providers.
  const [{ providerNamed }, { issuesKey, needsKey }, { newKey }] = await Promise.all([
    import('#providers/registry.js'),
    import('#providers/source-check.js'),
    import('#engine/ingest/new-key.js'),
  ]);
  const provider = providerNamed(name);
  if (provider === undefined || !needsKey(provider, scheme)) return false;
  return issuesKey(provider, scheme) || newKey(scheme) === null;
}
