/** `afterclick normalize --requests`: one recorded request in, one judgement out, both as JSON lines. */
import type { Engagement } from '#contracts/engagement.js';
import type { Json, JsonObject } from '#contracts/json.js';
import { type Judgement, judge } from './judge.js';
import { isObject, list, text, textList } from './payload/fields.js';
import { readJson } from './payload/json.js';
import type { HandshakeResponse, Normalised, RejectKind, SourceSettings, VerifyClock } from './provider.js';
import { providerNamed } from './registry.js';

/** An engagement, its tags in the form they were sent. */
export type AnsweredEvent = Omit<Engagement, 'tags'> & { readonly tags?: readonly Json[] };

/** The answer to one request; `verified` is null where the source is unsigned on purpose or nothing was to be checked. */
export interface RequestAnswer {
  readonly id: string | null;
  readonly outcome: 'accept' | 'ignore' | 'handshake' | 'reject';
  readonly rejectKind?: RejectKind;
  readonly verified: boolean | null;
  readonly response?: HandshakeResponse;
  readonly events: readonly AnsweredEvent[];
  readonly error?: string;
}

/** What is made of an engagement after its provider's normaliser, by rules that are no provider's. `source`: as the line has it. */
export type After = (engagement: Engagement, source: JsonObject) => Engagement;

const asItIs: After = (engagement) => engagement;

/**
 * Judges one line `{id, provider, method, url, headers, bodyBase64, now, source}`. A line that is not such a request,
 * or names an unknown provider, gives an answer with `error`. Never throws.
 */
export function normalizeRequest(line: string, after: After = asItIs): RequestAnswer {
  const reading = readJson(line);
  if (!reading.ok) return unanswerable(null, reading.error);
  if (!isObject(reading.value)) return unanswerable(null, 'a request is a JSON object');
  const asked = reading.value;
  const id = text(asked['id']);
  const provider = providerNamed(text(asked['provider']) ?? '');
  if (provider === undefined)
    return unanswerable(id, `no provider is named ${JSON.stringify(asked['provider'] ?? null)}`);
  const now = clock(asked['now']);
  if (now === undefined) return unanswerable(id, 'now is neither a time nor null');
  const request = {
    method: (text(asked['method']) ?? 'POST').toUpperCase(),
    url: text(asked['url']) ?? '',
    headers: headers(asked['headers']),
    body: Buffer.from(text(asked['bodyBase64']) ?? '', 'base64'),
  };
  const source = isObject(asked['source']) ? asked['source'] : {};
  const made = (engagement: Engagement): Engagement => after(engagement, source);
  return { id, ...answer(judge(provider, request, settings(source), now), made) };
}

const unanswerable = (id: string | null, error: string): RequestAnswer => ({
  id,
  outcome: 'reject',
  rejectKind: 'malformed',
  verified: null,
  events: [],
  error,
});

type Answer = Omit<RequestAnswer, 'id'>;
type Made = (engagement: Engagement) => Engagement;

function answer(judgement: Judgement, made: Made): Answer {
  if (judgement.step === 'greeted') {
    return { outcome: 'handshake', verified: null, response: judgement.response, events: [] };
  }
  if (judgement.step === 'normalised') return { verified: judgement.verified, ...outcome(judgement.normalised, made) };
  const { refusal } = judgement;
  if (refusal.ok === 'unavailable') {
    return { outcome: 'reject', rejectKind: 'signature', verified: false, events: [], error: refusal.error };
  }
  // A right MAC with a wrong time is not verified; a genuine request that must not be acted on is.
  const verified = refusal.verified && refusal.kind === 'authorization';
  return { outcome: 'reject', rejectKind: refusal.kind, verified, events: [], error: refusal.error };
}

function outcome(normalised: Normalised, made: Made): Omit<Answer, 'verified'> {
  switch (normalised.outcome) {
    case 'accept': {
      const events = normalised.engagements.map(({ engagement, tagsAsSent }) =>
        tagsAsSent === undefined ? made(engagement) : { ...made(engagement), tags: tagsAsSent },
      );
      const [first] = normalised.unreadable;
      if (first === undefined) return { outcome: 'accept', events };
      const error = `${normalised.unreadable.length} unreadable, first element ${first.index}: ${first.reason}`;
      return { outcome: 'accept', events, error };
    }
    case 'ignore':
      return { outcome: 'ignore', events: [] };
    case 'handshake':
      return { outcome: 'handshake', response: normalised.response, events: [] };
    case 'reject': {
      const { kind, error, status } = normalised;
      const response = status === undefined ? {} : { response: { status } };
      return { outcome: 'reject', rejectKind: kind, ...response, events: [], error };
    }
  }
}

/** ms since the epoch, null for the signature's own time, undefined when it is neither. */
function clock(value: Json | undefined): VerifyClock | undefined {
  if (value === undefined || value === null) return null;
  const ms = typeof value === 'number' ? value : Date.parse(text(value) ?? '');
  return Number.isFinite(ms) ? ms : undefined;
}

/** Header names in lower case; a repeated header (a list) is joined as HTTP says. */
function headers(value: Json | undefined): Readonly<Record<string, string>> {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([name, content]) => [
      name.toLowerCase(),
      typeof content === 'string' ? content : textList(content).join(', '),
    ]),
  );
}

const SETTINGS = [
  'keyFormat',
  'signedUrl',
  'algorithm',
  'header',
  'encoding',
  'prefix',
  'signedContent',
  'timestampHeader',
  'form',
  'expectedTopicArn',
  'certPem',
  'idHeader',
] as const;

/** A source of the protocol as settings; one without a scheme refuses everything. */
function settings(source: JsonObject): SourceSettings {
  const named = SETTINGS.flatMap((name): [string, string][] => {
    const setting = source[name];
    return typeof setting === 'string' ? [[name, setting]] : [];
  });
  const tolerance = source['toleranceSeconds'];
  return {
    ...Object.fromEntries(named),
    scheme: text(source['scheme']) ?? '',
    keys: list(source['keys']).filter((key) => typeof key === 'string'),
    ...(typeof tolerance === 'number' ? { toleranceSeconds: tolerance } : {}),
    ...(isObject(source['fields']) ? { fields: fieldPaths(source['fields']) } : {}),
  };
}

const fieldPaths = (fields: JsonObject): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, path]) => (typeof path === 'string' ? [[name, path] as const] : [])),
  );
