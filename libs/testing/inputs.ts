/** Inputs for tests: what a log would hand over, with only the telling parts to be said. */
import type { Actor, EngagementType } from '#contracts/engagement.js';
import { deriveId, type Uuid } from '#contracts/ids.js';
import type {
  ContactUpsertInput,
  EngagementInput,
  EngagementPii,
  Input,
  Placed,
  SuppressionCommandInput,
} from '#contracts/inputs.js';

export const WORKSPACE: Uuid = deriveId('test', 'workspace');
export const SOURCE: Uuid = deriveId('test', 'source');
/** 1 May 2026, noon UTC. */
export const NOON = Date.UTC(2026, 4, 1, 12);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export function contactOf(name: string): Uuid {
  return deriveId('test', 'contact', name);
}

export interface Told {
  /** The contact's name: also its address, NAME@example.com. Default `ada`. */
  readonly of?: string;
  /** Milliseconds: when it happened. Default: when it was recorded. Null: the payload has no time. */
  readonly at?: number | null;
  /** Milliseconds: when it was recorded. Default: noon, or `at`. */
  readonly recordedAt?: number;
  /** Tells two of the same kind and time apart. */
  readonly nth?: number | string;
}

interface EngagementTold extends Told {
  readonly actor?: Actor;
  readonly scope?: string;
  readonly ambiguous?: boolean;
  readonly imported?: boolean;
  readonly keys?: readonly string[];
  readonly pii?: Partial<EngagementPii>;
}

/** The time of what happens to be recorded when it happens. */
function times({ at, recordedAt }: Told): { at: number | null; recordedAt: number } {
  const recorded = recordedAt ?? at ?? NOON;
  return { at: at === undefined ? recorded : at, recordedAt: recorded };
}

export function placed<I extends Input>(input: I, told: Told, ...id: readonly (string | number)[]): Placed<I> {
  return {
    input,
    id: deriveId('test', 'input', input.type, ...id, told.nth ?? 0),
    workspaceId: WORKSPACE,
    key: contactOf(told.of ?? 'ada'),
    recordedAt: times(told).recordedAt,
    topic: 'engagements.g1',
    partition: 0,
    position: 0,
  };
}

export function engagement(type: EngagementType, told: EngagementTold = {}): Placed<EngagementInput> {
  const { at, recordedAt } = times(told);
  const { of = 'ada', actor, scope, ambiguous, imported, keys, pii } = told;
  const address = `${of}@example.com`;
  const key = deriveId('test', 'key', of, type, at ?? recordedAt, told.nth ?? 0);
  const data: EngagementInput['data'] = {
    engagement: type,
    provider: 'sendgrid',
    sourceId: SOURCE,
    deliveryId: deriveId('test', 'delivery', of, type, recordedAt),
    index: 0,
    occurredAt: at,
    receivedAt: recordedAt,
    keys: keys?.map((name) => deriveId('test', 'key', name)) ?? [key],
    ...(actor === undefined ? {} : { actor }),
    ...(scope === undefined ? {} : { scope }),
    ...(ambiguous === undefined ? {} : { ambiguous }),
    ...(imported === undefined ? {} : { imported }),
  };
  const whole: EngagementPii = {
    identity: { kind: 'email', value: address },
    providerEventType: type,
    recipient: address,
    providerEventId: null,
    providerMessageId: null,
    ...pii,
  };
  return placed({ type: 'engagement', v: 1, data, pii: whole }, told, of, type, at ?? recordedAt, recordedAt);
}

/** A click on `url` by a person. */
export function clicked(url: string, told: EngagementTold = {}): Placed<EngagementInput> {
  return engagement('clicked', { actor: 'human', ...told, pii: { url, ...told.pii } });
}

export function upsert(
  pii: Omit<ContactUpsertInput['pii'], 'identity'>,
  told: Told & { readonly expectedVersion?: number; readonly mustExist?: boolean; readonly firesRules?: boolean } = {},
): Placed<ContactUpsertInput> {
  const { of = 'ada', expectedVersion, mustExist, firesRules } = told;
  const identity = { kind: 'email', value: `${of}@example.com` };
  const data = {
    ...(expectedVersion === undefined ? {} : { expectedVersion }),
    ...(mustExist === undefined ? {} : { mustExist }),
    ...(firesRules === undefined ? {} : { firesRules }),
  };
  const { recordedAt } = times(told);
  return placed({ type: 'contact_upsert', v: 1, data, pii: { identity, ...pii } }, told, of, recordedAt);
}

/** People suppress or lift. `subject`: name of the contact whose id the address concerned has; none: the contact as a whole. */
export function suppression(
  command: 'add' | 'lift',
  told: Told & {
    readonly scope?: string;
    readonly reason?: SuppressionCommandInput['data']['reason'];
    readonly subject?: string | undefined;
    readonly note?: string;
  } = {},
): Placed<SuppressionCommandInput> {
  const { of = 'ada', scope = 'all', reason, subject, note } = told;
  const identity = { kind: 'email', value: `${subject ?? of}@example.com` };
  const data = {
    ...{ command, scope, keyId: deriveId('test', 'key') },
    ...(reason === undefined ? {} : { reason }),
    ...(subject === undefined ? {} : { subject: contactOf(subject) }),
  };
  const pii = { ...(subject === undefined ? {} : { identity }), ...(note === undefined ? {} : { note }) };
  const { recordedAt } = times(told);
  const id = [of, command, scope, reason ?? '', subject ?? '', recordedAt];
  return placed({ type: 'suppression_command', v: 1, data, pii }, told, ...id);
}
