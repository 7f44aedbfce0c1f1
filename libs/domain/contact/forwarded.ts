/** An input as an alias hands it on: it keeps the key it came under, for what is said of an address is said of that one. */
import type { Uuid } from '#contracts/ids.js';
import type { Input } from '#contracts/inputs.js';

/**
 * What becomes of an effect, and what people do with its notification, comes to the contact that asked for it, and is decided there also
 * when that one has become an alias since: an effect has one history, in one stream.
 */
export function keeps({ type }: Input): boolean {
  return type === 'effect_outcome' || type === 'notification_command';
}

export function forwarded(input: Input, from: Uuid): Input {
  if (input.type === 'engagement') return { ...input, data: { subject: from, ...input.data } };
  if (input.type === 'contact_upsert') return { ...input, data: { subject: from, ...input.data } };
  if (input.type === 'link') return { ...input, data: { subject: from, ...input.data } };
  // What is lifted without an address is lifted for all of the contact's.
  if (input.type === 'suppression_command' && input.data.command === 'add')
    return { ...input, data: { subject: from, ...input.data } };
  return input;
}
