/**
 * Mandrill (Mailchimp Transactional) webhooks: a form whose field `mandrill_events` is a JSON array.
 * Sources: mailchimp.com/developer/transactional/guides/track-respond-activity-webhooks ("Authenticating webhook
 * requests": HMAC-SHA1 over URL + each POST field in key order), …/docs/webhooks, …/docs/inbound-email.
 */
import { readMandrillEvent } from './mandrill/event.js';
import { malformed, normaliseElements } from './payload/engaged.js';
import { type Form, readForm } from './payload/form.js';
import { readBatch } from './payload/json.js';
import { perRequest } from './payload/per-request.js';
import type { Provider, ProviderRequest, SourceSettings, Verification } from './provider.js';
import { CREDENTIAL_SCHEMES, verifyCredentials } from './signing/credentials.js';
import { decodeMac, macMatches } from './signing/hmac.js';
import { refused, usableKeys, verified, withoutKey } from './signing/verdict.js';

const SCHEME = 'mandrill-hmac-sha1-base64';

/** Mandrill signs the empty batch it sends before the webhook has a key with this word, known to all. */
const TEST_KEY = 'test-webhook';

interface Body {
  readonly form: Form;
  readonly text: string;
  readonly batch: ReturnType<typeof readBatch>;
}

const bodyOf = perRequest((request): Body => {
  const form = readForm(request.body, request.headers['content-type']);
  const text = form.first('mandrill_events') ?? '';
  return { form, text, batch: readBatch(text) };
});

export const mandrill: Provider = {
  name: 'mandrill',
  title: 'Mandrill (Mailchimp Transactional)',
  schemes: [SCHEME, ...CREDENTIAL_SCHEMES],
  unavailableStatus: 503,
  timeoutMs: 10_000,
  retryWindowHours: null,
  publishedAddresses: [],
  setup: { settings: { [SCHEME]: ['signedUrl'] } },
  exported(raw) {
    const list = raw.trimStart().startsWith('[') ? raw : `[${raw}]`;
    return {
      body: `mandrill_events=${encodeURIComponent(list)}`,
      contentType: 'application/x-www-form-urlencoded',
    };
  },
  /** Mandrill probes a new URL with HEAD before it hands out the key. */
  greet(request) {
    return request.method === 'HEAD' ? { status: 200 } : undefined;
  },
  verify(request, source) {
    return source.scheme === SCHEME ? verifySignature(request, source) : verifyCredentials(request, source);
  },
  normalise(request) {
    const { batch, text } = bodyOf(request);
    if (!batch.ok) return malformed(`mandrill_events: ${batch.error}`);
    if (!batch.isArray) return malformed('mandrill_events is not an array');
    if (batch.elements.length === 0) return { outcome: 'ignore', reason: 'an empty batch' };
    return normaliseElements(batch.elements, readMandrillEvent, text);
  },
};

function verifySignature(request: ProviderRequest, source: SourceSettings): Verification {
  const mac = decodeMac(request.headers['x-mandrill-signature'] ?? '', 'base64');
  const content = signedContent(request, source);
  if (isEmptyBatch(request) && macMatches('sha1', [TEST_KEY], content, mac)) return verified();
  const early = withoutKey(source);
  if (early !== undefined) return early;
  if (mac === null) return refused('the signature header is missing or garbled');
  if (macMatches('sha1', usableKeys(source), content, mac)) return verified();
  const { batch, text } = bodyOf(request);
  if (text !== '' && !batch.ok) {
    return { ok: false, kind: 'malformed', verified: false, error: 'not signed, and mandrill_events is not JSON' };
  }
  return refused('the signature does not fit the form');
}

/** By code unit, as PHP's ksort orders the fields that Mandrill signs. */
const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/** The URL as it is registered, to the byte, then each field's name and decoded value, by name. */
function signedContent(request: ProviderRequest, source: SourceSettings): readonly string[] {
  const fields = [...bodyOf(request).form.fields].sort(([left], [right]) => compareText(left, right));
  return [source.signedUrl ?? request.url, ...fields.flat()];
}

function isEmptyBatch(request: ProviderRequest): boolean {
  const { batch } = bodyOf(request);
  return batch.ok && batch.isArray && batch.elements.length === 0;
}
