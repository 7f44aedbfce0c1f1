/**
 * What this process sealed itself need not be opened to be known: a value is kept beside its very bytes for as long as these are in
 * memory. It is given back only under the same key and place, so that a destroyed key hides it as it hides the bytes.
 */
import type { Json } from '#contracts/json.js';
import type { DataKey } from './sealing.js';

interface Sealed {
  readonly key: DataKey;
  readonly place: string;
  readonly value: Json;
}

const sealedHere = new WeakMap<Buffer, Sealed>();

/** Seals, and remembers. The value must not be changed from now on. */
export function sealAndRemember(value: Json, place: string, key: DataKey): Buffer {
  const sealed = key.seal(value, place);
  sealedHere.set(sealed, { key, place, value });
  return sealed;
}

/** As `key.open`, without the work where these bytes were sealed here. */
export function openOrRecall(sealed: Buffer, place: string, key: DataKey): Json {
  const known = sealedHere.get(sealed);
  return known !== undefined && known.key === key && known.place === place ? known.value : key.open(sealed, place);
}
