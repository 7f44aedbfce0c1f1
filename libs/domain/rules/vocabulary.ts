/** What rules may name beside the language itself: declared attributes, templates, sequences. */

export const ATTRIBUTE_TYPES = ['string', 'int', 'double', 'bool', 'list'] as const;
export type AttributeType = (typeof ATTRIBUTE_TYPES)[number];
export type AttributeTypes = { readonly [name: string]: AttributeType };

export function isAttributeType(type: string): type is AttributeType {
  return (ATTRIBUTE_TYPES as readonly string[]).includes(type);
}

/** CEL type of an attribute type. */
export const CEL_TYPE: { readonly [T in AttributeType]: string } = {
  string: 'string',
  int: 'int',
  double: 'double',
  bool: 'bool',
  list: 'list<string>',
};

export interface Vocabulary {
  readonly attributes: AttributeTypes;
  /** Text of each template by name. */
  readonly templates: { readonly [name: string]: string };
  /** Names of the sequences, or null where they are not known: then any name is accepted. */
  readonly sequences: readonly string[] | null;
}

export const NO_VOCABULARY: Vocabulary = { attributes: {}, templates: {}, sequences: null };

/** Names of tags, stages, sequences, templates, rules: what people write and URLs carry. */
export const NAME = /^[a-z0-9](?:[a-z0-9_.-]{0,62}[a-z0-9])?$/i;
/** Names of attributes: they are fields in conditions. */
export const ATTRIBUTE_NAME = /^[a-zA-Z][a-zA-Z0-9_]{0,63}$/;
