/** Stored values as the library expects them: integers as BigInt, decimals as doubles, absent ones as the empty value of their type. */
import type { Json } from '#contracts/json.js';
import type { Scalar, TypeParts } from '../attributes/type.js';

const DEFAULTS: { readonly [scalar in Scalar]: unknown } = {
  string: '',
  int: 0n,
  decimal: 0,
  double: 0,
  bool: false,
  date: '',
  datetime: '',
  enum: '',
};

/** A stored value of another type is handed on as it is, and the condition errs with that reason. */
export function typed({ scalar, list }: TypeParts, value: Json | undefined): unknown {
  if (value === undefined || value === null) return list ? [] : DEFAULTS[scalar];
  return list && Array.isArray(value) ? value.map((one: Json) => typedOne(scalar, one)) : typedOne(scalar, value);
}

function typedOne(scalar: Scalar, value: Json): unknown {
  if (scalar === 'int' && Number.isSafeInteger(value)) return BigInt(value as number);
  return scalar === 'decimal' && typeof value === 'string' ? Number(value) : value;
}
