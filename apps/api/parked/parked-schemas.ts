/** Parked inputs over HTTP. */
import { z } from 'zod';
import { id, iso, time } from '../openapi/fields.js';
import type { OpenedParked } from './parked.js';

export const parkedShown = z
  .object({
    contactId: id.nullable(),
    inputId: id,
    type: z.string(),
    reason: z.enum(['poison', 'behind']).describe('poison: could not be decided; behind: waits behind such a one.'),
    error: z.string().nullable(),
    at: time,
    parkedAt: time,
    place: z.object({ topic: z.string(), partition: z.int(), position: z.int() }),
  })
  .meta({ id: 'Parked' });

export function showParked(row: OpenedParked): z.infer<typeof parkedShown> {
  const { contactId, id: inputId, type, reason, error, at, parkedAt, topic, partition, position } = row;
  const place = { topic, partition, position };
  return { contactId, inputId, type, reason, error, at: iso(at), parkedAt: iso(parkedAt), place };
}
