/** read.contact_search: what the list of contacts finds them by, beside the contact's own row. Pure. */
import type { Json } from '#contracts/json.js';
import type { ContactRow } from '#contracts/read-models.js';
import type { ContactSearch } from './store.js';

/** Attributes whose text is part of a person's name. */
export const NAME_ATTRIBUTES = [
  ...['name', 'full_name', 'first_name', 'middle_name', 'last_name'],
  ...['fullName', 'firstName', 'middleName', 'lastName', 'firstname', 'lastname'],
];

/** Values are found by their first characters: an index entry has a limit. */
const VALUE_CHARACTERS = 200;
const WORDS_CHARACTERS = 1_000;
/** Of one contact: lists in attributes may be long. */
const MAX_FACETS = 1_000;

/** One thing that a contact has, as the index holds it. */
export const facet = {
  tag: (tag: string) => `tag:${cut(tag)}`,
  stage: (stage: string) => `stage:${cut(stage)}`,
  owner: (owner: string) => `owner:${cut(owner)}`,
  /** A scope that is suppressed for it. */
  scope: (scope: string) => `scope:${cut(scope)}`,
  has: (attribute: string) => `has:${cut(attribute)}`,
  /** The length tells where the name ends. `value`: text, or a number or truth value as JSON writes it. */
  is: (attribute: string, value: string) => `is:${attribute.length}:${cut(attribute)}:${cut(value)}`,
};

interface Change {
  readonly loaded: ContactRow | null;
  readonly contact: ContactRow | null;
}

/** Rows to write, in key order: of contacts of which something changed that they are searched by. */
export function searchChanges(changes: readonly Change[]): ContactSearch[] {
  return changes.flatMap(({ loaded, contact }) =>
    contact === null || (loaded !== null && isFoundAlike(loaded, contact)) ? [] : [searchOf(contact)],
  );
}

/** Values that did not change are the very same. */
function isFoundAlike(a: ContactRow, b: ContactRow): boolean {
  return (
    a.attributes === b.attributes &&
    a.tags === b.tags &&
    a.stage === b.stage &&
    a.owner === b.owner &&
    a.email === b.email &&
    a.addresses === b.addresses &&
    a.linkedTo === b.linkedTo &&
    a.deleted === b.deleted &&
    a.suppressedScopes.join() === b.suppressedScopes.join()
  );
}

/** An alias is found through its contact only, and one that was deleted not at all. */
export function searchOf(row: ContactRow): ContactSearch {
  const { workspaceId, contactId, linkedTo, deleted } = row;
  if (linkedTo !== null || deleted) return { workspaceId, contactId, facets: [], words: '' };
  return { workspaceId, contactId, facets: facetsOf(row), words: wordsOf(row) };
}

function facetsOf({ tags, stage, owner, suppressedScopes, attributes }: ContactRow): readonly string[] {
  const facets = [
    ...tags.map(facet.tag),
    ...(stage === null ? [] : [facet.stage(stage)]),
    ...(owner === null ? [] : [facet.owner(owner)]),
    ...suppressedScopes.map(facet.scope),
    ...Object.entries(attributes).flatMap(([name, value]) => facetsOfAttribute(name, value)),
  ];
  return [...new Set(facets.slice(0, MAX_FACETS))].sort();
}

/** Of a list each value is found; what is deeper is not. */
function facetsOfAttribute(name: string, value: Json | undefined): readonly string[] {
  if (value === null || value === undefined) return [];
  const values = Array.isArray(value) ? value : [value];
  const plain = values.filter((one) => one !== null && typeof one !== 'object');
  return [facet.has(name), ...plain.map((one) => facet.is(name, String(one)))];
}

function wordsOf({ email, addresses, attributes }: ContactRow): string {
  const names = NAME_ATTRIBUTES.map((name) => attributes[name]).filter((value) => typeof value === 'string');
  const others = Object.values(addresses).filter((address) => address !== email);
  const text = searchable([email ?? '', ...names, ...others].join(' '));
  // A word's beginning is told by the space before it.
  return text === '' ? '' : ` ${text.slice(0, WORDS_CHARACTERS)}`;
}

/** Words of a search, each as `words` holds it. */
export function wordsAsked(text: string): readonly string[] {
  return searchable(text)
    .split(' ')
    .filter((word) => word !== '');
}

/**
 * Lower case without accents; letters beyond ASCII by their code: the trigrams of Postgres know letters only as far as the
 * database's locale does, and ours knows ASCII.
 */
function searchable(text: string): string {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const spaced = plain.replace(/[\s\p{C}]+/gu, ' ').trim();
  return Array.from(spaced, (letter) => {
    const code = letter.codePointAt(0) as number;
    return code < 0x80 ? letter : `u${code.toString(16).padStart(5, '0')}`;
  }).join('');
}

/** By code points, as Postgres counts characters. */
function cut(text: string): string {
  return text.length <= VALUE_CHARACTERS ? text : Array.from(text).slice(0, VALUE_CHARACTERS).join('');
}
