/** What is asked and answered under `/v1/suppressions`. */
import { z } from 'zod';
import type { SuppressionRow } from '#contracts/read-models.js';
import { email } from '../contacts/contact-schemas.js';
import { id, iso, isoOrNull, page, paging, time, timeAsked, truth } from '../openapi/fields.js';

const MOST_CHECKED = 10_000;
const MOST_WRITTEN = 1_000;
const MOST_SCOPES = 20;
const LONGEST_ADDRESS = 320;

export const scope = z
  .string()
  .regex(/^(?:all|(?:group|list):[^\s]{1,100})$/, 'Expected all, group:ID or list:ID')
  .describe('all, group:ID or list:ID.');

const reasons = 'hard_bounce, complaint, unsubscribed, rule or command';

export const suppressionsAsked = z.strictObject({
  ...paging,
  in_force: truth.optional().describe('true: those in force; false: those lifted; both when left out.'),
  scope: scope.optional(),
  reason: z.string().min(1).optional().describe(`${reasons}.`),
});

export const suppressionShown = z
  .object({
    contactId: id,
    subject: id.describe('The address concerned, as the log names it.'),
    email: z.string().nullable().describe('The address at that time, where it was known.'),
    scope: z.string(),
    reason: z.string(),
    since: time,
    eventId: id,
    liftedAt: time.nullable().describe('In force while null.'),
    liftedReason: z.string().nullable(),
  })
  .meta({ id: 'Suppression' });

export const suppressionPage = page(suppressionShown);

export const exportAsked = z.strictObject({
  since: timeAsked.optional().describe('Added or lifted at or after this time; those lifted come with it.'),
  lifted: truth.optional().describe('true: those that were lifted too. Default: true with `since`, else false.'),
  scope: scope.optional(),
});

const scopesSent = z
  .array(scope)
  .max(MOST_SCOPES)
  .default([])
  .describe('What is about to be sent belongs to these. What is suppressed for all is so for each of them.');

export const checkAsked = z
  .strictObject({
    addresses: z
      .array(z.string(), 'Expected a list of addresses')
      .min(1)
      .max(MOST_CHECKED, `Expected at most ${MOST_CHECKED} addresses: ask for the others in another request`),
    scopes: scopesSent,
  })
  .meta({ id: 'SuppressionCheck' });

const standingShown = z.object({
  scope: z.string(),
  reason: z.string().describe(reasons),
  since: time,
  of: z.enum(['address', 'contact']).describe('contact: it was said of another address of the same person.'),
  contactId: id,
});

export const checkAnswer = z
  .object({
    mayBeMailed: z.int().describe('How many of them may.'),
    results: z
      .array(
        z.object({
          address: z.string().describe('As it was asked.'),
          mayBeMailed: z.boolean(),
          invalid: z.string().nullable().describe('Why it is no address.'),
          suppressions: z.array(standingShown).describe('What stands against it; empty when it may be mailed.'),
        }),
      )
      .describe('In the order asked.'),
  })
  .meta({ id: 'SuppressionCheckAnswer' });

const who = {
  email: email.max(LONGEST_ADDRESS).optional().describe('The address; or give contactId.'),
  contactId: id.optional().describe('The contact as a whole, whatever its addresses.'),
  scope: scope.default('all'),
  note: z.string().trim().min(1).max(1_000).optional().describe('Why, in your words. Kept as personal data.'),
};

const isOne = ({ email: address, contactId }: { email?: string | undefined; contactId?: string | undefined }) =>
  (address === undefined) !== (contactId === undefined);
const EITHER = { error: 'Give email or contactId, one of them', path: ['email'] };

const addition = z
  .strictObject({
    ...who,
    reason: z
      .enum(['hard_bounce', 'complaint', 'unsubscribed', 'command'])
      .default('command')
      .describe('What it is for; the first three bring in what another system knew.'),
  })
  .refine(isOne, EITHER)
  .meta({ id: 'SuppressionToAdd' });
const lifting = z.strictObject(who).refine(isOne, EITHER).meta({ id: 'SuppressionToLift' });

const several = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({ suppressions: z.array(item).min(1).max(MOST_WRITTEN) });

/** One, or many at once. */
export const additions = z.union([addition, several(addition)]);
export const liftings = z.union([lifting, several(lifting)]);

export const writeAnswer = z
  .object({
    results: z.array(
      z.object({
        email: z.string().nullable(),
        contactId: id,
        scope: z.string(),
        state: z.enum(['applied', 'unchanged', 'refused', 'pending']).describe('unchanged: it was so already.'),
        reason: z.string().nullable().describe('Why it was refused.'),
        status: z.string().describe('Where to ask what became of it.'),
      }),
    ),
  })
  .meta({ id: 'SuppressionsWritten' });

export type Addition = z.output<typeof addition>;
export type Lifting = z.output<typeof lifting>;
export type CheckAsked = z.output<typeof checkAsked>;
export type CheckAnswer = z.output<typeof checkAnswer>;

export function showSuppression(row: SuppressionRow): z.infer<typeof suppressionShown> {
  const { contactId, subject, email: address, scope: ofScope, reason, since, eventId, liftedAt, liftedReason } = row;
  return {
    ...{ contactId, subject, email: address, scope: ofScope, reason, eventId, liftedReason },
    since: iso(since),
    liftedAt: isoOrNull(liftedAt),
  };
}
