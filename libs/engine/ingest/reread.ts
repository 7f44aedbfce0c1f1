/**
 * Reads a kept request again: what was in quarantine after a fix, or all of it with a newer parser. Delivery id, receive time and
 * de-duplication keys are those of the first time, so what is known already changes nothing (engine.md 4.2, 4.16).
 */
import type { StoredRequest } from '#contracts/deliveries.js';
import type { Uuid } from '#contracts/ids.js';
import type { NormalisedEngagement, Provider } from '#contracts/provider.js';
import type { Appendable } from '#contracts/record.js';
import { rereadNotice } from './delivery-records.js';
import { type DeliveryContext, rereadRecord } from './engagement-record.js';
import { settingsAt } from './source.js';

/** What of a delivery is in quarantine: an element of its body, or (null) the whole. */
export interface OpenPart {
  readonly id: Uuid;
  readonly element: number | null;
  /** Refused for good (its one-time token was used with another body): it is not read again, whatever became of it since. */
  readonly refused?: boolean;
}

export interface Reread {
  readonly records: readonly Appendable[];
  readonly engagements: number;
  /** Parts that are understood now. */
  readonly settled: readonly Uuid[];
  /** Why the first of the others is not, in words; null when all are. */
  readonly reason: string | null;
}

export type RereadContext = DeliveryContext & { readonly recordedAt: number };

/** `only`: these parts and nothing else of the request; else all of it. Never throws for what the request holds. */
export function reread(
  provider: Provider,
  delivery: RereadContext,
  request: StoredRequest & { readonly body: Buffer },
  open: readonly OpenPart[],
  only: boolean,
): Reread {
  const reading = read(provider, delivery, request);
  const isUnderstood = ({ element }: OpenPart): boolean =>
    reading.error === null && (element === null || !reading.unreadable.has(element));
  const [refused, waiting] = [open.filter((part) => part.refused), open.filter((part) => !part.refused)];
  const settled = waiting.filter(isUnderstood);
  const wanted = reading.engagements.filter(
    ({ index }) => !holdAny(refused, index) && (!only || holdAny(settled, index)),
  );
  const records = wanted.map((engagement) => rereadRecord(delivery, engagement));
  const ids = settled.map(({ id }) => id);
  const failed = waiting.find((part) => !isUnderstood(part));
  const reason = failed === undefined ? null : (reading.error ?? reading.unreadable.get(failed.element ?? -1) ?? null);
  const result = { engagements: records.length, settled: ids, reason };
  if (records.length + ids.length === 0) return { ...result, records: [] };
  return { ...result, records: [...records, rereadNotice(delivery, result)] };
}

const holdAny = (parts: readonly OpenPart[], index: number): boolean =>
  parts.some(({ element }) => element === null || element === index);

interface Reading {
  readonly engagements: readonly NormalisedEngagement[];
  readonly unreadable: ReadonlyMap<number, string>;
  readonly error: string | null;
}

function read(
  provider: Provider,
  { source, recordedAt }: RereadContext,
  request: StoredRequest & { readonly body: Buffer },
): Reading {
  const nothing = { engagements: [], unreadable: new Map<number, string>() };
  try {
    const normalised = provider.normalise(request, settingsAt(source, recordedAt));
    if (normalised.outcome === 'reject') return { ...nothing, error: normalised.error };
    if (normalised.outcome !== 'accept') return { ...nothing, error: null };
    return {
      engagements: normalised.engagements.filter(({ isTest }) => !isTest),
      unreadable: new Map(normalised.unreadable.map(({ index, reason }) => [index, reason])),
      error: null,
    };
  } catch (error) {
    return { ...nothing, error: error instanceof Error ? error.message : String(error) };
  }
}
