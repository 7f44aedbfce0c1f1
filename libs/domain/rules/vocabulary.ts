/** What rules may name beside the language itself: declared attributes, templates, sequences, teams. */
import type { AttributeTypes } from './attributes/type.js';

export interface Vocabulary {
  readonly attributes: AttributeTypes;
  /** Text of each template by name. */
  readonly templates: { readonly [name: string]: string };
  /** Names of the sequences, or null where they are not known: then any name is accepted. */
  readonly sequences: readonly string[] | null;
  /** Addresses of the owners, or null where they are not known: then any address is accepted. */
  readonly owners: readonly string[] | null;
  /** Names of the teams, or null where they are not known: then any name is accepted. */
  readonly teams: readonly string[] | null;
  /** Names of the segments; null or left out where they are not known: then any name is accepted. */
  readonly segments?: readonly string[] | null;
}

export const NO_VOCABULARY: Vocabulary = { attributes: {}, templates: {}, sequences: null, owners: null, teams: null };

/** Names of tags, stages, sequences, templates, rules: what people write and URLs carry. */
export const NAME = /^[a-z0-9](?:[a-z0-9_.-]{0,62}[a-z0-9])?$/i;
