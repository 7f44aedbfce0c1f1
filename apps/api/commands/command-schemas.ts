/** How commands are answered. */
import { z } from 'zod';
import { id } from '../openapi/fields.js';

export const pendingShown = z
  .object({
    state: z.literal('pending'),
    commandId: id,
    status: z.string().describe('Where to ask what became of it.'),
  })
  .meta({ id: 'PendingCommand' });

export const commandShown = z
  .object({
    state: z.enum(['applied', 'unchanged', 'refused', 'pending']),
    commandId: id,
    reason: z.string().nullable().describe('Why it was refused.'),
  })
  .meta({ id: 'Command' });

/** `TOPIC:PARTITION:POSITION` of the command on the log: tells whether it was decided when it changed nothing. */
export const placeAsked = z.strictObject({
  at: z
    .string()
    .regex(/^[a-z.\-0-9]{1,80}:\d{1,5}:\d{1,15}$/, 'Expected the address exactly as the command was answered')
    .optional(),
});
