/** The consumer of `contact-events` for delivery: requested effects go into the queue, everything else is passed. */
import { type ContactEventRow, openContactEventRecord } from '#contracts/contact-event-record.js';
import type { EffectRequested } from '#contracts/contact-events.js';
import type { LogRecord } from '#contracts/record.js';
import { PoisonError } from '#engine/log/errors.js';
import type { Batch, Subscription } from '#engine/log/log.js';
import { assertKnownEvent } from '#engine/projection/known-events.js';
import type { RequestedEffect } from './effect.js';
import type { EffectCopies } from './queue.js';

/** Group, and records of a batch at most. */
export const EFFECTS_CONSUMER = { group: 'delivery', maxRecords: 2_000 } as const;

/** `copied` is told after a commit that put effects into the queue, so that workers look at once. */
export function effectsSubscription(topic: string, store: EffectCopies, copied?: () => void): Subscription {
  return { ...EFFECTS_CONSUMER, topic, ...effectsHandlers(store, copied) };
}

export function effectsHandlers(
  store: EffectCopies,
  copied: () => void = () => undefined,
): Pick<Subscription, 'onBatch' | 'onPoison'> {
  return {
    async onBatch({ fence, first, next, records }: Batch) {
      const effects = requestedIn(records);
      await store.copy(fence, first, next, effects);
      if (effects.length > 0) copied();
    },
    onPoison: ({ fence, first, next, records }: Batch) => store.setAside(fence, first, next, records),
  };
}

/** Throws StopPartitionError on an event unknown to this version, PoisonError on an effect that lacks what it must have. */
export function requestedIn(records: readonly LogRecord[]): readonly RequestedEffect[] {
  const effects: RequestedEffect[] = [];
  for (const record of records) {
    const event = opened(record);
    assertKnownEvent(event);
    if (event.type === 'effect_requested') effects.push(requested(event));
  }
  return effects;
}

function opened(record: LogRecord): ContactEventRow {
  try {
    return openContactEventRecord(record);
  } catch (cause) {
    throw new PoisonError(`record ${record.id} is no contact event`, { cause });
  }
}

function requested(event: ContactEventRow): RequestedEffect {
  const { effectId, kind, notAfter, by } = event.data as unknown as EffectRequested['data'];
  if (typeof effectId !== 'string' || typeof notAfter !== 'number' || event.pii === null)
    throw new PoisonError(`event ${event.id} requests an effect without id, time limit or content`);
  const { workspaceId, contactId, version, id: eventId, recordedAt: requestedAt, pii: sealed } = event;
  return { effectId, workspaceId, contactId, version, kind, notAfter, eventId, data: { by, requestedAt }, sealed };
}
