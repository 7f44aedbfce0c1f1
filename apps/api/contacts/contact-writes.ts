/** What may be written of a contact, and the commands it becomes. Shapes are checked here, meanings by the domain (contact-wish.ts). */
import { z } from 'zod';
import { type Identity, normaliseEmail, subjectOf, type Uuid } from '#contracts/ids.js';
import type { ContactUpsertInput, Input } from '#contracts/inputs.js';
import {
  type ContactWish,
  EXTERNAL,
  MAX_NAME,
  readWish,
  type WishContext,
  type WishProblem,
} from '#domain/contact/wish/contact-wish.js';
import { anyJson, id, timeAsked } from '../openapi/fields.js';
import { contactShown, email } from './contact-schemas.js';

export const MOST_AT_ONCE = 1_000;
const MOST_ALIASES = 20;
const name = z.string().min(1).max(MAX_NAME);

const consent = z.union([
  z.boolean(),
  z.strictObject({
    given: z.boolean(),
    at: timeAsked.optional().describe('When the person said so; now when left out.'),
    source: name.optional().describe('Where they said it.'),
  }),
]);

/** Everything of a contact but what names it. */
const fields = {
  set: z
    .record(name, anyJson)
    .optional()
    .describe('Attributes to set; others stay, null clears one. Declared ones have the type declared.'),
  clear: z.array(name).optional().describe('Attributes to clear.'),
  addTags: z.array(name).optional(),
  removeTags: z.array(name).optional(),
  stage: name.optional(),
  owner: name.optional().describe('Address of an owner; any name where no owners are declared.'),
  timeZone: name.optional().describe('IANA name: `Europe/Berlin`.'),
  consent: z.record(name, consent).optional().describe('By purpose: given or withdrawn; the latest word counts.'),
  aliases: z
    .array(
      z
        .strictObject({
          kind: z.string().regex(/^[a-z][a-z0-9_.:-]{0,99}$/i, 'Expected a kind such as external or hubspot:PORTAL'),
          value: name,
        })
        .refine(({ kind, value }) => kind !== 'email' || normaliseEmail(value) !== null, 'Expected an e-mail address'),
    )
    .max(MOST_ALIASES)
    .optional()
    .describe('Other keys of the same person: `email`, `external`, or a provider’s object id (`hubspot:PORTAL`).'),
};

const expectedVersion = z
  .int()
  .min(0)
  .optional()
  .describe('Refused with 412 when the contact is at another; 0: not yet there.');

export const contactWrite = z
  .strictObject({
    email: email.optional(),
    externalId: name
      .optional()
      .describe('Id of the contact in the CRM. With an address it is one more key of that contact.'),
    ...fields,
    expectedVersion,
  })
  .refine(
    (write) => write.email !== undefined || write.externalId !== undefined,
    'Give email or externalId: nothing says which contact it is',
  )
  .meta({ id: 'ContactWrite' });

export const contactsWrite = z
  .strictObject({ contacts: z.array(contactWrite).min(1).max(MOST_AT_ONCE) })
  .meta({ id: 'ContactsWrite' });

/** One contact, or many at once. */
export const contactOrContacts = z.union([contactWrite, contactsWrite]);

export const contactChange = z
  .strictObject({
    email: email.optional().describe('Its address from now on; the one before stays a key of it.'),
    externalId: name.optional().describe('One more key of it.'),
    ...fields,
    expectedVersion,
  })
  .meta({ id: 'ContactChange' });

export const writeResult = z
  .object({
    email: z.string().nullable(),
    externalId: z.string().nullable(),
    contactId: id.nullable(),
    state: z.enum(['applied', 'unchanged', 'refused', 'pending']),
    reason: z.string().nullable().describe('Why it was refused: a code of the contact, or `invalid`.'),
    errors: z
      .array(z.object({ field: z.string(), problem: z.string() }))
      .describe('What is wrong with it, field by field.'),
    status: z.string().nullable().describe('Where to ask what became of it.'),
  })
  .meta({ id: 'ContactWriteResult' });

export const writeAnswer = z.union([contactShown, z.object({ results: z.array(writeResult) })]);

export type ContactWrite = z.output<typeof contactWrite>;
export type ContactChange = z.output<typeof contactChange>;

/** The contact that is written, its input, and those that tell its other keys that they are the same person. */
export interface WriteCommand {
  readonly contactId: Uuid;
  readonly input: ContactUpsertInput;
  readonly links: readonly { readonly key: Uuid; readonly input: Input }[];
}

/** Every problem, or what to append. */
export function commandOf(
  secret: Buffer,
  write: ContactWrite,
  context: WishContext,
): WriteCommand | { readonly problems: readonly WishProblem[] } {
  const { aliases = [], ...wish } = write;
  const read = readWish(wish as ContactWish, context);
  if ('problems' in read) return read;
  const contactId = subjectOf(secret, read.identity);
  const others = [
    ...(write.email !== undefined && write.externalId !== undefined
      ? [{ kind: EXTERNAL, value: write.externalId.trim() }]
      : []),
    ...aliases,
  ];
  return { contactId, input: read.input, links: linksOf(secret, contactId, others) };
}

/** The same of a contact that is named by its id. */
export function changeOf(
  secret: Buffer,
  contactId: Uuid,
  change: ContactChange,
  context: WishContext,
): WriteCommand | { readonly problems: readonly WishProblem[] } {
  const { email: address, externalId, aliases = [], ...wish } = change;
  const named = { id: contactId, ...wish } as ContactWish;
  const read = readWish(named, context);
  if ('problems' in read) return read;
  const { input } = read;
  const moved = address === undefined ? null : addressOf(address);
  const others = [...(externalId === undefined ? [] : [{ kind: EXTERNAL, value: externalId.trim() }]), ...aliases];
  return {
    contactId,
    input: {
      ...input,
      data: { ...input.data, mustExist: true, ...(moved ? { addressSubject: subjectOf(secret, moved) } : {}) },
      pii: { ...input.pii, ...(moved ? { address: moved.value } : {}) },
    },
    links: linksOf(secret, contactId, others),
  };
}

/** Of an address that the schema has let through. */
function addressOf(address: string): Identity {
  return { kind: 'email', value: normaliseEmail(address) ?? address };
}

/** What tells other keys that they are this contact. Those of kind `email` hold an address. */
export function linksOf(secret: Buffer, contactId: Uuid, aliases: readonly Identity[]): WriteCommand['links'] {
  return aliases.flatMap((alias) => {
    const identity = alias.kind === 'email' ? addressOf(alias.value) : alias;
    const key = subjectOf(secret, identity);
    if (key === contactId) return [];
    return [{ key, input: { type: 'link', v: 1, data: { to: contactId }, pii: { identity } } } as const];
  });
}
