/** What may be written of a contact, and the input it becomes. */
import { z } from 'zod';
import { normaliseEmail, subjectOf, type Uuid } from '#contracts/ids.js';
import type { ContactUpsertInput } from '#contracts/inputs.js';
import { anyJson, id } from '../openapi/fields.js';
import { contactShown, email } from './contact-schemas.js';

const MOST_AT_ONCE = 500;
const name = z.string().min(1).max(200);

export const contactWrite = z
  .strictObject({
    email,
    set: z.record(name, anyJson).optional().describe('Attributes to set; others stay.'),
    clear: z.array(name).optional().describe('Attributes to clear.'),
    addTags: z.array(name).optional(),
    removeTags: z.array(name).optional(),
    stage: name.optional(),
    owner: name.optional(),
    expectedVersion: z
      .int()
      .min(0)
      .optional()
      .describe('Refused with 412 when the contact is at another; 0: not yet there.'),
  })
  .meta({ id: 'ContactWrite' });

export const contactsWrite = z
  .strictObject({ contacts: z.array(contactWrite).min(1).max(MOST_AT_ONCE) })
  .meta({ id: 'ContactsWrite' });

/** One contact, or many at once. */
export const contactOrContacts = z.union([contactWrite, contactsWrite]);

export const writeResult = z
  .object({
    email: z.string(),
    contactId: id,
    state: z.enum(['applied', 'unchanged', 'refused', 'pending']),
    reason: z.string().nullable().describe('Why it was refused.'),
    status: z.string().describe('Where to ask what became of it.'),
  })
  .meta({ id: 'ContactWriteResult' });

export const writeAnswer = z.union([contactShown, z.object({ results: z.array(writeResult) })]);

export type ContactWrite = z.output<typeof contactWrite>;

/** The contact that a write is about, and the input to append. */
export function upsertOf(secret: Buffer, write: ContactWrite): { contactId: Uuid; input: ContactUpsertInput } {
  const { email: raw, expectedVersion, set, clear, addTags, removeTags, stage, owner } = write;
  const identity = { kind: 'email', value: normaliseEmail(raw) ?? raw };
  return {
    contactId: subjectOf(secret, identity),
    input: {
      type: 'contact_upsert',
      v: 1,
      data: expectedVersion === undefined ? {} : { expectedVersion },
      pii: {
        identity,
        ...(set === undefined ? {} : { set }),
        ...(clear === undefined ? {} : { clear }),
        ...(addTags === undefined ? {} : { addTags }),
        ...(removeTags === undefined ? {} : { removeTags }),
        ...(stage === undefined ? {} : { stage }),
        ...(owner === undefined ? {} : { owner }),
      },
    },
  };
}
