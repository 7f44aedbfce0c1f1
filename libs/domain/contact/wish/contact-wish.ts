/**
 * What is wished of a contact, by the API or a row of a file: checked against what the workspace declares, and turned into the input
 * that its contact decides. Names, shapes and bounds are checked here and nowhere else.
 */
import { type Identity, normaliseEmail, type Uuid } from '#contracts/ids.js';
import type { ConsentWish, ContactUpsertInput } from '#contracts/inputs.js';
import type { Json } from '#contracts/json.js';
import { assign, type Declared } from '#domain/rules/attributes/declaration.js';
import { ATTRIBUTE_NAME } from '#domain/rules/attributes/read-attributes.js';
import { didYouMean } from '#domain/rules/did-you-mean.js';

/** One of `id`, `email` and `externalId` at least; the first of them that is there names the contact. */
export interface ContactWish {
  readonly id?: Uuid | undefined;
  readonly email?: string | undefined;
  /** Id of the contact in the CRM. */
  readonly externalId?: string | undefined;
  /** Attributes; null clears one. */
  readonly set?: { readonly [attribute: string]: Json } | undefined;
  readonly clear?: readonly string[] | undefined;
  readonly addTags?: readonly string[] | undefined;
  readonly removeTags?: readonly string[] | undefined;
  readonly stage?: string | undefined;
  readonly owner?: string | undefined;
  readonly timeZone?: string | undefined;
  /** By purpose; true or false as of now. */
  readonly consent?: { readonly [purpose: string]: boolean | ConsentWish } | undefined;
  readonly expectedVersion?: number | undefined;
}

/** What the workspace declares, and what the process knows. */
export interface WishContext {
  readonly attributes: Declared;
  /** Addresses of the owners; empty: none are declared, any is accepted. */
  readonly owners: ReadonlySet<string>;
  readonly isTimeZone: (name: string) => boolean;
}

/** `field`: `set.plan`, `owner`, `consent.newsletter`. `problem`: what is wrong and the cure. */
export interface WishProblem {
  readonly field: string;
  readonly problem: string;
}

const WRITABLE = ['set', 'addTags', 'stage', 'owner', 'timeZone', 'consent'] as const;

export const EXTERNAL = 'external';
export const MAX_NAME = 200;
/** Bytes of JSON: of an attribute that nothing declares. */
const MAX_VALUE = 20_000;
const MAX_ENTRIES = 200;

/** The input, with what identifies the contact: `kind` contact means that `value` is its id. */
export type WishedInput = { readonly identity: Identity; readonly input: ContactUpsertInput };

/** Every problem, or the input. */
export function readWish(
  wish: ContactWish,
  context: WishContext,
): WishedInput | { readonly problems: readonly WishProblem[] } {
  const problems: WishProblem[] = [];
  const complain = (field: string, problem: string) => problems.push({ field, problem });
  const identity = identityOf(wish, complain);
  const { set = {}, clear = [] } = wish;
  const { assigned, problems: wrong } = assign(context.attributes, set, clear);
  for (const { name, problem } of wrong) complain(clear.includes(name) ? 'clear' : `set.${name}`, problem);
  if (context.attributes.size === 0) checkUndeclared(set, clear, complain);
  for (const field of ['addTags', 'removeTags'] as const) checkNames(field, wish[field] ?? [], complain);
  if (wish.stage !== undefined) checkNames('stage', [wish.stage], complain);
  const owner = wish.owner === undefined ? undefined : ownerOf(wish.owner, context.owners, complain);
  const { timeZone } = wish;
  if (timeZone !== undefined && !context.isTimeZone(timeZone))
    complain('timeZone', `there is no time zone ${cut(timeZone)}; write an IANA name such as Europe/Berlin`);
  const consent = consentsOf(wish.consent ?? {}, complain);
  if (identity?.kind === EXTERNAL && !WRITABLE.some((field) => wish[field] !== undefined))
    complain('externalId', 'nothing is written of it; give an address, an attribute or another field');
  if (problems.length > 0 || identity === null) return { problems };
  const { addTags, removeTags, stage, expectedVersion } = wish;
  return {
    identity,
    input: {
      type: 'contact_upsert',
      v: 1,
      data: expectedVersion === undefined ? {} : { expectedVersion },
      pii: {
        identity,
        ...(Object.keys(assigned.set).length === 0 ? {} : { set: assigned.set }),
        ...(assigned.clear.length === 0 ? {} : { clear: assigned.clear }),
        ...(addTags === undefined ? {} : { addTags }),
        ...(removeTags === undefined ? {} : { removeTags }),
        ...(stage === undefined ? {} : { stage }),
        ...(owner === undefined ? {} : { owner }),
        ...(timeZone === undefined ? {} : { timeZone }),
        ...(Object.keys(consent).length === 0 ? {} : { consent }),
      },
    },
  };
}

type Complain = (field: string, problem: string) => void;

/** Null after a complaint. */
export function identityOf(
  { id, email, externalId }: Pick<ContactWish, 'id' | 'email' | 'externalId'>,
  complain: Complain,
): Identity | null {
  if (id !== undefined) return { kind: 'contact', value: id };
  const address = email === undefined ? null : normaliseEmail(email);
  if (email !== undefined && address === null)
    complain('email', `${cut(email)} is no e-mail address; write it as ada@example.com`);
  const known = externalId?.trim();
  if (known !== undefined && (known === '' || known.length > MAX_NAME))
    complain('externalId', `expected 1 to ${MAX_NAME} characters`);
  if (address !== null) return { kind: 'email', value: address };
  if (email !== undefined) return null;
  if (known !== undefined) return { kind: EXTERNAL, value: known };
  complain('email', 'nothing says which contact it is; give email or externalId');
  return null;
}

function checkUndeclared(set: NonNullable<ContactWish['set']>, clear: readonly string[], complain: Complain): void {
  for (const [name, value] of Object.entries(set)) {
    if (!isName(name)) complain(`set.${cut(name)}`, `an attribute's name has 1 to ${MAX_NAME} characters`);
    else if (JSON.stringify(value).length > MAX_VALUE)
      complain(`set.${name}`, `at most ${MAX_VALUE} characters as JSON`);
  }
  checkNames('clear', clear, complain);
  if (Object.keys(set).length > MAX_ENTRIES) complain('set', `at most ${MAX_ENTRIES} attributes at once`);
}

function checkNames(field: string, names: readonly string[], complain: Complain): void {
  if (!names.every(isName)) complain(field, `expected 1 to ${MAX_NAME} characters each`);
  if (names.length > MAX_ENTRIES) complain(field, `at most ${MAX_ENTRIES} at once`);
}

const isName = (text: string): boolean => text.trim() !== '' && text.length <= MAX_NAME;

/** Owners are told apart by address once any are declared. */
function ownerOf(owner: string, owners: ReadonlySet<string>, complain: Complain): string {
  checkNames('owner', [owner], complain);
  if (owners.size === 0) return owner;
  const address = normaliseEmail(owner) ?? owner;
  if (!owners.has(address))
    complain('owner', `${cut(owner)} is no owner; ${didYouMean(owner, [...owners], 'owner')} (teams.yaml)`);
  return address;
}

function consentsOf(wish: NonNullable<ContactWish['consent']>, complain: Complain): { [purpose: string]: ConsentWish } {
  const consents: { [purpose: string]: ConsentWish } = {};
  for (const [purpose, said] of Object.entries(wish)) {
    const { given, at, source } = typeof said === 'boolean' ? { given: said } : said;
    if (!ATTRIBUTE_NAME.test(purpose.replaceAll('-', '_')))
      complain(`consent.${cut(purpose)}`, 'a purpose has letters, digits, - and _, a letter first');
    if (source !== undefined && !isName(source))
      complain(`consent.${cut(purpose)}.source`, `expected 1 to ${MAX_NAME} characters`);
    consents[purpose] = { given, ...(at === undefined ? {} : { at }), ...(source === undefined ? {} : { source }) };
  }
  return consents;
}

function cut(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
