/** A rule tried on a contact, over HTTP. */
import { z } from 'zod';
import type { Trial } from '#domain/contact/trial/try-rule.js';
import type { Asked } from '#domain/contact/trial/verdict.js';
import { iso, time } from '../openapi/fields.js';
import type { Tried } from './rule-trials.js';
import { templates } from './version-schemas.js';

export const trialAsked = z
  .strictObject({
    contact: z.string().trim().min(1).max(400).describe('Its e-mail address or its id.'),
    yaml: z
      .string()
      .min(1)
      .max(64 * 1024)
      .optional()
      .describe('The rule as a file would hold it; its draft, else what is live, when left out.'),
    templates: templates.optional(),
  })
  .meta({ id: 'RuleTrialAsked' });

const asked = z
  .object({
    holds: z.boolean().nullable().describe('Null where it erred.'),
    error: z.string().nullable(),
    values: z.record(z.string(), z.unknown()).describe('What it saw.'),
  })
  .nullable();

const trial = z.object({
  eventId: z.string(),
  type: z.string(),
  occurredAt: time,
  recordedAt: time,
  late: z.boolean(),
  outcome: z.enum(['fires', 'held', 'not', 'errs']),
  acts: z.array(z.string()).describe('Actions that would act.'),
  held: z.array(z.object({ action: z.string(), reason: z.string() })),
  where: asked.describe('Null where the rule has none.'),
  if: asked.describe('Null where the rule has none, and where `where` did not hold.'),
});

export const trialShown = z
  .object({
    contactId: z.string(),
    events: z.int().describe('On record.'),
    fired: z.int().describe('How often it would have fired.'),
    items: z.array(trial).describe('One for each event that triggers it, oldest first.'),
  })
  .meta({ id: 'RuleTrial' });

export function showTried({
  contact,
  events,
  trials,
}: Exclude<Tried, { problems: unknown }>): z.infer<typeof trialShown> {
  const fired = trials.filter(({ outcome }) => outcome === 'fires').length;
  return { contactId: contact.contactId, events, fired, items: trials.map(showTrial) };
}

function showTrial({ where, if: asks, occurredAt, recordedAt, acts, held, ...one }: Trial): z.infer<typeof trial> {
  const { eventId, type, late, outcome } = one;
  return {
    ...{ eventId, type, late, outcome },
    occurredAt: iso(occurredAt),
    recordedAt: iso(recordedAt),
    acts: [...acts],
    held: held.map(({ action, reason }) => ({ action, reason })),
    where: showAsked(where),
    if: showAsked(asks),
  };
}

function showAsked(one: Asked | null) {
  return one && { ...one, values: { ...one.values } };
}
