/** What is kept of a verified request and what its sender is answered: a pure reading of the normaliser's outcome. */
import type { DeliveryOutcome } from '#contracts/deliveries.js';
import type { HandshakeResponse, Normalised, NormalisedEngagement } from '#contracts/provider.js';
import { type Answer, problem } from './answer.js';
import type { Quarantined } from './delivery-records.js';

export interface Taking {
  readonly outcome: DeliveryOutcome;
  readonly engagements: readonly NormalisedEngagement[];
  readonly quarantined: readonly Quarantined[];
  /** A one-time token that is to be judged where the engagements are applied. */
  readonly unjudgedToken?: string;
  /** Undefined: the ordinary 200. */
  readonly answer?: Answer;
  /** To be fetched before the handshake counts. */
  readonly fetch?: string;
  readonly alert?: string;
}

const nothing = { engagements: [], quarantined: [] } as const;

/** Null when the request is genuine but must not be acted on: it is refused, and nothing is kept. */
export function takingOf(normalised: Normalised, body: Buffer): Taking | null {
  switch (normalised.outcome) {
    case 'accept': {
      const quarantined = normalised.unreadable.map(({ index, raw, reason }): Quarantined => {
        return { element: index, reason: 'unreadable', detail: reason, bytes: Buffer.from(raw) };
      });
      // A provider's own test event is nobody's engagement; the request is kept like any other.
      const engagements = normalised.engagements.filter(({ isTest }) => !isTest);
      const onlyTests = engagements.length === 0 && normalised.engagements.length > 0 && quarantined.length === 0;
      return { outcome: onlyTests ? 'ignored' : 'accepted', engagements, quarantined };
    }
    case 'ignore':
      return { ...nothing, outcome: 'ignored' };
    case 'handshake': {
      const { response, fetch, alert } = normalised;
      const asked = { ...(fetch === undefined ? {} : { fetch }), ...(alert === undefined ? {} : { alert }) };
      return { ...nothing, outcome: 'handshake', answer: greeting(response), ...asked };
    }
    case 'reject': {
      if (normalised.kind === 'authorization') return null;
      const { status, error } = normalised;
      const refused = status === undefined || status < 300 ? {} : { answer: problem(status, 'Malformed', error) };
      return { ...wholeBody('malformed', error, body), ...refused };
    }
  }
}

/** Verified, but nothing could be read: the body goes to quarantine whole, for a refusal would make it come again for ever. */
export function wholeBody(reason: Quarantined['reason'], detail: string, body: Buffer): Taking {
  return { ...nothing, outcome: 'malformed', quarantined: [{ element: null, reason, detail, bytes: body }] };
}

export function greeting({ status, headers, body }: HandshakeResponse): Answer {
  return { status, headers: headers ?? {}, body: body ?? null };
}
