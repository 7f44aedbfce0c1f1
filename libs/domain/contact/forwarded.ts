/** An input as an alias hands it on: it keeps the key it came under, for what is said of an address is said of that one. */
import type { Uuid } from '#contracts/ids.js';
import type { Input } from '#contracts/inputs.js';

export function forwarded(input: Input, from: Uuid): Input {
  if (input.type === 'engagement') return { ...input, data: { subject: from, ...input.data } };
  if (input.type === 'contact_upsert') return { ...input, data: { subject: from, ...input.data } };
  if (input.type === 'link') return { ...input, data: { subject: from, ...input.data } };
  // What is lifted without an address is lifted for all of the contact's.
  if (input.type === 'suppression_command' && input.data.command === 'add')
    return { ...input, data: { subject: from, ...input.data } };
  return input;
}
