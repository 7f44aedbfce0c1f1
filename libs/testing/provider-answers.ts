/** Compares an answer with what a sample expects: every field that the expectation has. */
import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonObject } from '#contracts/json.js';
import type { Expected, ExpectedEvent, Sample } from './provider-samples.js';

/** An answer as the request protocol gives it, or as a lane over HTTP puts it together. */
export interface Answer {
  readonly outcome: string;
  readonly rejectKind?: string;
  readonly verified: boolean | null;
  readonly response?: { readonly status: number; readonly headers?: Readonly<Record<string, string>> };
  readonly events: readonly object[];
  readonly error?: string;
}

/** What is wrong with the answer, field by field; empty when nothing is. */
export function answerFaults({ expected, signature, provider }: Sample, answer: Answer): readonly string[] {
  const shouldVerify = signature['shouldVerify'];
  const verification = typeof shouldVerify === 'boolean' ? fault('verified', shouldVerify, answer.verified) : [];
  if (expected.outcome === 'signature-only') return verification;
  const outcomes = expected.acceptableOutcomes ?? [expected.outcome];
  if (!outcomes.includes(answer.outcome)) {
    return [...verification, `outcome: ${answer.outcome} (${answer.error ?? ''}) for ${outcomes.join(' or ')}`];
  }
  if (answer.outcome === 'reject') return [...verification, ...rejectFaults(expected, answer, provider)];
  return [...verification, ...responseFaults(expected, answer), ...eventsFaults(expected, events(answer))];
}

const events = (answer: Answer): readonly JsonObject[] => answer.events as readonly JsonObject[];

function fault(field: string, wanted: Json | undefined, got: Json | undefined): readonly string[] {
  return isDeepStrictEqual(wanted ?? null, got ?? null)
    ? []
    : [`${field}: ${JSON.stringify(got)} for ${JSON.stringify(wanted)}`];
}

/** CloudEvents alone answers a malformed request with a status of its own. */
function rejectFaults(expected: Expected, answer: Answer, provider: string): readonly string[] {
  const status = provider === 'cloudevents' ? expected.response?.status : undefined;
  return [
    ...(expected.outcome === 'reject' ? fault('rejectKind', expected.rejectKind, answer.rejectKind) : []),
    ...(status === undefined ? [] : fault('status', status, answer.response?.status)),
    ...fault('events', 0, answer.events.length),
  ];
}

function responseFaults({ outcome, response }: Expected, answer: Answer): readonly string[] {
  if (outcome !== 'handshake' || response === undefined) return [];
  const got = Object.fromEntries(
    Object.entries(answer.response?.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const status =
    response.status === undefined
      ? []
      : fault('status class', String(response.status)[0], String(answer.response?.status)[0]);
  const headers = Object.entries(response.headers ?? {}).flatMap(([name, wanted]) =>
    headerFits(wanted, got[name.toLowerCase()]) ? [] : [`header ${name}: ${got[name.toLowerCase()]} for ${wanted}`],
  );
  const isBare =
    !response.note?.includes('must not be answered') || !Object.keys(got).some((name) => name.startsWith('webhook-'));
  return [...status, ...headers, ...(isBare ? [] : [`headers ${Object.keys(got).join(', ')}: ${response.note}`])];
}

/** A sample words a header as a value, as `value (or other)`, or as `a positive integer or *`. */
function headerFits(wanted: string, got: string | undefined): boolean {
  if (got === undefined) return false;
  if (wanted.startsWith('a positive integer or *')) return /^(?:[1-9]\d*|\*)$/.test(got);
  const [value, other] = wanted.split(/ \(or (.*)\)$/);
  return got === value || got === other;
}

function eventsFaults(expected: Expected, got: readonly JsonObject[]): readonly string[] {
  const counts = Object.entries(expected.countsByType ?? {}).flatMap(([type, count]) =>
    fault(`count of ${type}`, count, got.filter((event) => event['type'] === type).length),
  );
  const pairs: (readonly [string, ExpectedEvent | undefined, JsonObject | undefined])[] = [
    ...(expected.events ?? []).map((want, index) => [`[${index}]`, want, got[index]] as const),
    ['[first]', expected.firstEvent, got[0]],
    ['[last]', expected.lastEvent, got.at(-1)],
  ];
  return [
    ...(expected.eventCount === undefined ? [] : fault('events', expected.eventCount, got.length)),
    ...counts,
    ...pairs.flatMap(([name, want, event]) =>
      want === undefined ? [] : eventFaults(want, event).map((text) => `${name} ${text}`),
    ),
  ];
}

type Compare = (want: ExpectedEvent, got: JsonObject) => readonly string[];

/** Fields that are not compared as they stand. */
const COMPARISONS: Readonly<Record<string, Compare>> = {
  canonicalType: (want, got) => {
    const types = want.acceptableTypes ?? [want.canonicalType];
    return types.includes(String(got['type'])) ? [] : [`type: ${got['type']} for ${types.join(' or ')}`];
  },
  recipient: (want, got) => fault('recipient', lower(want['recipient']), lower(got['recipient'])),
  occurredAt: (want, got) => {
    const times = [want['occurredAt'], ...(want.occurredAtAcceptable ?? [])].map(milliseconds);
    return times.includes(milliseconds(got['occurredAt']))
      ? []
      : fault('occurredAt', want['occurredAt'], got['occurredAt']);
  },
  actor: (want, got) => {
    const actors = want.actorAcceptable ?? [want['actor']];
    return want['actor'] === 'unknown' || actors.includes(String(got['actor']))
      ? []
      : fault('actor', want['actor'], got['actor']);
  },
  // A list in a list is Brevo's way to send one; here the tags themselves are meant.
  tags: (want, got) => fault('tags', sorted(want['tags']), sorted(got['tags'])),
  bounce: (want, got) => memberFaults('bounce', want['bounce'], got['bounce']),
  inbound: (want, got) => memberFaults('inbound', want['inbound'], got['inbound']),
};

/** Notes to the reader, and the lists of what is acceptable besides. */
const NOT_COMPARED = new Set(['acceptableTypes', 'occurredAtAcceptable', 'actorAcceptable', 'notes']);

function eventFaults(want: ExpectedEvent, got: JsonObject | undefined): readonly string[] {
  if (got === undefined) return ['missing'];
  return Object.keys(want)
    .filter((field) => !NOT_COMPARED.has(field))
    .flatMap((field) => COMPARISONS[field]?.(want, got) ?? fault(field, want[field], got[field]));
}

/** Every member the expectation has; an address fits with or without its display name, which stands in `fromName`. */
function memberFaults(field: string, want: Json | undefined, got: Json | undefined): readonly string[] {
  const has = (got ?? {}) as JsonObject;
  return Object.entries((want ?? {}) as JsonObject).flatMap(([name, value]) => {
    // A recording's way to write that there is none.
    if (value === 'None') return fault(`${field}.${name}`, null, has[name]);
    const isMailbox = field === 'inbound' && typeof value === 'string' && (name === 'from' || name === 'to');
    return fault(`${field}.${name}`, isMailbox ? value.replace(/^.*<(.*)>$/, '$1') : value, has[name]);
  });
}

const lower = (value: Json | undefined): Json | undefined => (typeof value === 'string' ? value.toLowerCase() : value);
const milliseconds = (value: Json | undefined): number | null => (typeof value === 'string' ? Date.parse(value) : null);
const sorted = (tags: Json | undefined): Json[] => [tags ?? []].flat(3).sort() as Json[];
