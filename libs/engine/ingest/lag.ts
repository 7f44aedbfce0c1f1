/** How far a provider is behind with telling what happened. */
import type { NormalisedEngagement } from '#contracts/provider.js';

/**
 * Milliseconds from the oldest event to `receivedAt`; null when no event has a time. A provider's clock that is ahead of ours counts
 * as 0. One reading for a request, not for an event: a batch of a hundred is one wait.
 */
export function lagOf(
  engagements: readonly Pick<NormalisedEngagement, 'engagement'>[],
  receivedAt: number,
): number | null {
  let oldest: string | null = null;
  // They are all ISO 8601 in UTC with milliseconds: their order is that of their text.
  for (const { engagement } of engagements)
    if (engagement.occurredAt !== null && (oldest === null || engagement.occurredAt < oldest))
      oldest = engagement.occurredAt;
  const time = oldest === null ? Number.NaN : Date.parse(oldest);
  return Number.isNaN(time) ? null : Math.max(0, receivedAt - time);
}
