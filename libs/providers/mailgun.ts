/**
 * Mailgun webhooks, of today (JSON) and of old accounts (form), and inbound routes.
 * Sources: documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks (HMAC of timestamp + token; the
 * body is not signed), …/events/event-structure, …/receive-forward-store/receive-http.
 */
import type { Json } from '#contracts/json.js';
import { readMailgunEvent } from './mailgun/event.js';
import { readMailgunForm } from './mailgun/form.js';
import { malformed, normaliseOne } from './payload/engaged.js';
import { at, isObject, text } from './payload/fields.js';
import { type Form, isMultipart, readForm } from './payload/form.js';
import { bodyText, readJson } from './payload/json.js';
import { perRequest } from './payload/per-request.js';
import type { Provider, ProviderRequest, SourceSettings, Verification, VerifyClock } from './provider.js';
import { CREDENTIAL_SCHEMES, verifyCredentials } from './signing/credentials.js';
import { headerSeconds, staleness } from './signing/freshness.js';
import { decodeMac, macMatches } from './signing/hmac.js';
import { refused, stale, usableKeys, verified, withoutKey } from './signing/verdict.js';

const SCHEME = 'mailgun-hmac-sha256';

type Body = { readonly form: Form } | { readonly json: Json } | { readonly error: string };

/** JSON by its first character, whatever the content type says; else a form. */
const bodyOf = perRequest((request): Body => {
  const contentType = request.headers['content-type'];
  if (isMultipart(contentType)) return { form: readForm(request.body, contentType) };
  if (!/^\s*[{[]/.test(bodyText(request.body.subarray(0, 64)))) return { form: readForm(request.body, undefined) };
  const reading = readJson(request.body);
  return reading.ok ? { json: reading.value } : { error: reading.error };
});

export const mailgun: Provider = {
  name: 'mailgun',
  title: 'Mailgun',
  schemes: [SCHEME, ...CREDENTIAL_SCHEMES],
  // 406 would make Mailgun give the event up.
  unavailableStatus: 503,
  timeoutMs: 10_000,
  retryWindowHours: 8,
  publishedAddresses: [],
  exported: (raw) => ({ body: `{"event-data":${raw}}`, contentType: 'application/json' }),
  verify(request, source, now) {
    return source.scheme === SCHEME ? verifySignature(request, source, now) : verifyCredentials(request, source);
  },
  normalise(request) {
    const body = bodyOf(request);
    if ('error' in body) return malformed(body.error);
    if ('form' in body) return normaliseOne(readMailgunForm(body.form, request.body));
    return isObject(body.json) ? normaliseOne(readMailgunEvent(body.json)) : malformed('the body is not an object');
  },
};

interface Signed {
  readonly timestamp: string;
  readonly token: string;
  readonly signature: string;
}

function verifySignature(request: ProviderRequest, source: SourceSettings, now: VerifyClock): Verification {
  const early = withoutKey(source);
  if (early !== undefined) return early;
  const signed = signaturesIn(bodyOf(request)).find(({ timestamp, token, signature }) =>
    macMatches('sha256', usableKeys(source), [timestamp, token], decodeMac(signature, 'hex')),
  );
  if (signed === undefined) return refused('no signature in the body fits');
  const signedAt = headerSeconds(signed.timestamp);
  if (signedAt === null) return refused('the signed timestamp is not a number');
  const late = staleness(signedAt, now, source);
  // As it is signed: characters moved from the token to the timestamp give the same signature, and no other token.
  return late === undefined ? verified(signed.timestamp + signed.token) : stale(late, true);
}

/** The signature, and the parent account's where a subaccount sends. In a form Mailgun's own fields stand last. */
function signaturesIn(body: Body): readonly Signed[] {
  if ('error' in body) return [];
  const blocks =
    'form' in body
      ? [
          {
            timestamp: body.form.last('timestamp'),
            token: body.form.last('token'),
            signature: body.form.last('signature'),
          },
        ]
      : [at(body.json, 'signature'), at(body.json, 'parent-signature')].map((block) => ({
          timestamp: text(at(block, 'timestamp')),
          token: text(at(block, 'token')),
          signature: text(at(block, 'signature')),
        }));
  return blocks.flatMap(({ timestamp, token, signature }) =>
    timestamp && token && signature ? [{ timestamp, token, signature }] : [],
  );
}
