/** Events of the company's own over HTTP. */
import { z } from 'zod';
import type { Json } from '#contracts/json.js';
import { MAX_PROPERTIES } from '#domain/contact/wish/event-wish.js';
import { anyJson, id, timeAsked } from '../openapi/fields.js';

export const MOST_EVENTS = 1_000;

export const customEvent = z
  .strictObject({
    type: z.string().min(1).max(100).describe('`custom.NAME` or NAME: what rules wait for.'),
    email: z.string().min(1).max(320).optional(),
    externalId: z.string().min(1).max(200).optional().describe('Id of the contact in the CRM.'),
    contactId: id.optional().describe('Id of a contact that is there.'),
    id: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe('Your own id of the event: sent again under it, for the same contact and type, it counts once.'),
    occurredAt: timeAsked.optional().describe('When it happened; now when left out.'),
    properties: z
      .record(z.string(), anyJson)
      .optional()
      .describe(`At most ${MAX_PROPERTIES}: \`event.properties.NAME\` in rules.`) as z.ZodOptional<
      z.ZodType<Record<string, Json>>
    >,
  })
  .meta({ id: 'CustomEvent' });

export const customEvents = z
  .strictObject({ events: z.array(customEvent).min(1).max(MOST_EVENTS) })
  .meta({ id: 'CustomEvents' });

export const eventOrEvents = z.union([customEvent, customEvents]);

export type CustomEvent = z.output<typeof customEvent>;

export const eventResult = z
  .object({
    contactId: id.nullable(),
    eventId: id.nullable().describe('Id of the input: `correlationId` of what it caused.'),
    state: z.enum(['applied', 'unchanged', 'refused', 'pending']).describe('`unchanged`: known already.'),
    errors: z
      .array(z.object({ field: z.string(), problem: z.string() }))
      .describe('What is wrong with it, field by field.'),
    status: z.string().nullable().describe('Where to ask what became of it.'),
  })
  .meta({ id: 'CustomEventResult' });

export const eventsAnswer = z
  .object({ deliveryId: id.nullable().describe('The request as it is kept.'), results: z.array(eventResult) })
  .meta({ id: 'CustomEventsTaken' });
