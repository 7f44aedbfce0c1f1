/** Requests for the specs of providers, and short ways to what a provider makes of one. */
import { createHmac } from 'node:crypto';
import type { Engagement } from '#contracts/engagement.js';
import type {
  Normalised,
  NormalisedEngagement,
  Provider,
  ProviderRequest,
  SourceSettings,
  Verification,
  VerifyClock,
} from '#contracts/provider.js';

export const UNSIGNED: SourceSettings = { scheme: 'none', keys: [] };
export const WEBHOOK_URL = 'https://crm.test/ingest/src-1';

/** A POST: a text or bytes as they are, anything else as JSON. */
export function requestOf(body: unknown, headers: Readonly<Record<string, string>> = {}): ProviderRequest {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return { method: 'POST', url: WEBHOOK_URL, headers: { 'content-type': 'application/json', ...headers }, body: bytes };
}

/** What a provider makes of a body that is taken for verified. */
export function normalised(
  provider: Provider,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Normalised {
  return provider.normalise(requestOf(body, headers), UNSIGNED);
}

/** The engagements of a body that has to be accepted, with their keys. */
export function keyed(
  provider: Provider,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): readonly NormalisedEngagement[] {
  const outcome = normalised(provider, body, headers);
  if (outcome.outcome !== 'accept') throw new Error(`not accepted: ${JSON.stringify(outcome)}`);
  return outcome.engagements;
}

/** The one engagement of a body. */
export function only(provider: Provider, body: unknown, headers: Readonly<Record<string, string>> = {}): Engagement {
  const engagements = keyed(provider, body, headers);
  const [first] = engagements;
  if (first === undefined || engagements.length > 1) throw new Error(`${engagements.length} engagements, not one`);
  return first.engagement;
}

/** True when two events have a key in common, so that only one of them is counted. */
export function countOnce(one: NormalisedEngagement | undefined, other: NormalisedEngagement | undefined): boolean {
  const about = ({ engagement }: NormalisedEngagement): string => `${engagement.type} ${engagement.recipient}`;
  if (one === undefined || other === undefined || about(one) !== about(other)) return false;
  const keys = new Set(one.dedupKeys.map((key) => JSON.stringify(key)));
  return other.dedupKeys.some((key) => keys.has(JSON.stringify(key)));
}

/** `verified`, or the kind of the refusal. */
export function verdict(
  provider: Provider,
  request: ProviderRequest,
  source: SourceSettings,
  now: VerifyClock = null,
): string {
  const verification: Verification = provider.verify(request, source, now);
  if (verification.ok === true) return verification.verified === null ? 'unsigned' : 'verified';
  return verification.ok === false ? verification.kind : 'unavailable';
}

export function hmac(encoding: 'hex' | 'base64', key: string | Buffer, ...parts: readonly (string | Buffer)[]): string {
  const mac = createHmac('sha256', key);
  for (const part of parts) mac.update(part);
  return mac.digest(encoding);
}

/** Headers of a Standard Webhooks (`webhook`) or Svix (`svix`) delivery, signed with a `whsec_` secret. */
export function signedDelivery(
  secret: string,
  body: string,
  { id = 'msg_1', seconds = 1_760_000_000, prefix = 'webhook' } = {},
): Readonly<Record<string, string>> {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return {
    [`${prefix}-id`]: id,
    [`${prefix}-timestamp`]: String(seconds),
    [`${prefix}-signature`]: `v1,${hmac('base64', key, `${id}.${seconds}.${body}`)}`,
  };
}
