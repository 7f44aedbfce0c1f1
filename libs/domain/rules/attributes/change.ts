/** What may change of a declaration while contacts hold values of it. */
import type { AttributeDeclaration } from './declaration.js';
import { inWords } from './type.js';

/** Why the new declaration cannot take the place of the old one, with the cure; null when it can. */
export function refusedChange(before: AttributeDeclaration, after: AttributeDeclaration): string | null {
  const { scalar: from, list: wasList, values: old } = before.type;
  const { scalar: to, list, values } = after.type;
  const parts = (one: AttributeDeclaration) => inWords({ ...one.type, storedAs: [] });
  if (wasList !== list || !(from === to || WIDER[from]?.includes(to)))
    return `${after.name} is ${parts(before)} and contacts hold such values; declare another attribute for ${parts(after)}`;
  const gone = to === 'enum' ? old.filter((one) => !values.includes(one)) : [];
  if (gone.length > 0)
    return `${after.name} loses ${gone.join(', ')}, which contacts may hold; keep it, or deprecate the attribute`;
  const lost = before.aliases.filter((alias) => !after.aliases.includes(alias));
  return lost.length === 0 ? null : `${after.name} was called ${lost.join(', ')}; keep that among its aliases`;
}

/** Every stored value of the one is one of the other, as conditions read it. */
const WIDER: { readonly [from: string]: readonly string[] } = {
  enum: ['string'],
  date: ['string'],
  datetime: ['string'],
  int: ['decimal', 'double'],
  double: ['decimal'],
};
