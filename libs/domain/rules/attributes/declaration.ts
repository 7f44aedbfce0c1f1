/** What a workspace declares of an attribute, and how names are looked up among declarations. */
import type { Json } from '#contracts/json.js';
import { didYouMean } from '../did-you-mean.js';
import { member } from '../facts.js';
import { type AttributeTypes, type TypeParts, textOf } from './type.js';
import { checkValue } from './value.js';

export interface AttributeDeclaration {
  readonly name: string;
  readonly type: Omit<TypeParts, 'storedAs'>;
  readonly description: string;
  /** Writes are refused with this cure; what is stored stays, and conditions read it. Null: not deprecated. */
  readonly deprecated: string | null;
  /** Names it had before: accepted, stored under the name of today. */
  readonly aliases: readonly string[];
}

export const MAX_DECLARED = 500;

/** The types that rules see, under every name. */
export function typesOf(declarations: readonly AttributeDeclaration[]): AttributeTypes {
  return Object.fromEntries(
    declarations.flatMap((one) => {
      const { name, aliases, type } = one;
      const text = textOf({ ...type, storedAs: aliases.length === 0 ? [] : [name, ...aliases] });
      return [name, ...aliases].map((each) => [each, text]);
    }),
  );
}

/** By every name an attribute goes by. */
export type Declared = ReadonlyMap<string, AttributeDeclaration>;

export function declaredBy(declarations: readonly AttributeDeclaration[]): Declared {
  return new Map(declarations.flatMap((one) => [one.name, ...one.aliases].map((name) => [name, one] as const)));
}

/** `set` and `clear` as they are stored: names of today, values in their stored form; a value under an old name is cleared there. */
export interface Assigned {
  readonly set: { readonly [name: string]: Json };
  readonly clear: readonly string[];
}

export interface AttributeProblem {
  readonly name: string;
  /** What is wrong and the cure. */
  readonly problem: string;
}

/**
 * Checks what is to be written. Where nothing is declared anything is accepted; where something is, everything must be. Null in `set`
 * clears.
 */
export function assign(
  declared: Declared,
  set: { readonly [name: string]: Json },
  clear: readonly string[],
): { readonly assigned: Assigned; readonly problems: readonly AttributeProblem[] } {
  const problems: AttributeProblem[] = [];
  if (declared.size === 0) return { assigned: { set, clear }, problems };
  const values: [string, Json][] = [];
  const cleared = new Set<string>();
  const asked = [...Object.entries(set), ...clear.map((name) => [name, null] as const)];
  const names = new Map<string, string>();
  for (const [name, value] of asked) {
    const declaration = declared.get(name);
    if (declaration === undefined) {
      problems.push({ name, problem: undeclared(name, declared) });
      continue;
    }
    const earlier = names.get(declaration.name);
    if (earlier !== undefined && earlier !== name) {
      problems.push({ name, problem: `${earlier} and ${name} are one attribute; write one of them` });
      continue;
    }
    names.set(declaration.name, name);
    for (const alias of declaration.aliases) cleared.add(alias);
    if (value === null) {
      cleared.add(declaration.name);
      continue;
    }
    if (declaration.deprecated !== null) {
      problems.push({ name, problem: `${name} is deprecated; ${declaration.deprecated}` });
      continue;
    }
    const checked = checkValue({ ...declaration.type, storedAs: [] }, value);
    if ('problem' in checked) problems.push({ name, problem: `${checked.problem}; ${checked.cure}` });
    else values.push([declaration.name, checked.value]);
  }
  return { assigned: { set: Object.fromEntries(values), clear: [...cleared].sort() }, problems };
}

function undeclared(name: string, declared: Declared): string {
  const names = [...new Set([...declared.values()].map((one) => one.name))];
  return `no attribute ${name} is declared; ${didYouMean(name, names, 'attribute')}, or declare it`;
}

/** The value stored under one of the names of an attribute, that of today first. */
export function storedValue(
  { storedAs }: Pick<TypeParts, 'storedAs'>,
  name: string,
  stored: { readonly [name: string]: Json },
): Json | undefined {
  if (storedAs.length === 0) return member(stored, name);
  for (const one of storedAs) {
    const value = member(stored, one);
    if (value !== undefined) return value;
  }
  return undefined;
}
