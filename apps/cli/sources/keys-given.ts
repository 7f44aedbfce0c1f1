/** Keys that a provider issued, from the command line or from a file. */
import { readFileSync } from 'node:fs';
import { newKey } from '#engine/ingest/new-key.js';
import { UsageError } from '../failure.js';

export interface KeyOptions {
  readonly key?: readonly string[];
  readonly keyFile?: string;
}

/** Schemes that need no key of a source: nothing is signed, or the key is in the provider's certificate. */
const KEYLESS: readonly string[] = ['none', 'aws-sns'];

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
export function needsProvidersKey({
  provider,
  scheme,
}: {
  readonly provider: string;
  readonly scheme: string;
}): boolean {
  return !KEYLESS.includes(scheme) && newKey(provider, scheme) === null;
}
