/**
 * Amazon SNS message signatures: RSA over chosen members of the envelope, with the certificate at SigningCertURL.
 * Source: docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html.
 */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { JsonObject } from '#contracts/json.js';
import { isSnsCertificateUrl, isSnsUrl } from '#contracts/sns-address.js';
import { text } from '../payload/fields.js';
import type { SourceSettings, Verification } from '../provider.js';
import { attempt, keyCache } from './key-cache.js';
import { refused, unauthorized, verified } from './verdict.js';

const CONFIRMATION = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];

/** Members that are signed, in this order; `Subject` only where the envelope has one. */
const SIGNED_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: CONFIRMATION,
  UnsubscribeConfirmation: CONFIRMATION,
};

const DIGESTS: Readonly<Record<string, string>> = { '1': 'RSA-SHA1', '2': 'RSA-SHA256' };

const certificateKey: (pem: string) => KeyObject | null = keyCache((pem) => createPublicKey(pem));

/** A member by its name in HTTP deliveries, or as AWS Lambda spells it (`SigningCertUrl`). */
export const snsUrl = (envelope: JsonObject, name: string): string | null =>
  text(envelope[name]) ?? text(envelope[name.replace(/URL$/, 'Url')]);

/**
 * Verifies the envelope with `source.certPem`, which the caller fetched from the URL this function allowed: without it
 * the answer is `unavailable` and names the URL. Then the topic has to be one of `source.expectedTopicArn`, and a
 * SubscribeURL has to be SNS's own.
 */
export function verifySns(envelope: JsonObject, source: SourceSettings): Verification {
  const type = text(envelope['Type']) ?? '';
  const members = Object.hasOwn(SIGNED_MEMBERS, type) ? SIGNED_MEMBERS[type] : undefined;
  const version = text(envelope['SignatureVersion']) ?? '';
  const digest = Object.hasOwn(DIGESTS, version) ? DIGESTS[version] : undefined;
  if (members === undefined) return refused(`no SNS message has the type ${JSON.stringify(type)}`);
  if (digest === undefined) return refused('the signature version is neither 1 nor 2');
  const certificateUrl = snsUrl(envelope, 'SigningCertURL');
  if (!isSnsCertificateUrl(certificateUrl)) return refused('the certificate URL is not one of SNS');
  const signature = text(envelope['Signature']);
  const content = signedText(envelope, members);
  if (signature === null || content === null) return refused('a signed member or the signature is missing');
  if (source.certPem === undefined || source.certPem.trim() === '') {
    return { ok: 'unavailable', need: 'certificate', certificateUrl, error: 'the SNS certificate is out of reach' };
  }
  const key = certificateKey(source.certPem);
  const mac = Buffer.from(signature, 'base64');
  const isGenuine = key !== null && (attempt(() => verify(digest, Buffer.from(content), key, mac)) ?? false);
  return isGenuine ? aimOf(envelope, type, source) : refused('the signature does not fit the message');
}

function signedText(envelope: JsonObject, members: readonly string[]): string | null {
  const lines: string[] = [];
  for (const name of members) {
    const value = envelope[name] ?? (name.endsWith('URL') ? snsUrl(envelope, name) : undefined);
    if (typeof value === 'string') lines.push(name, value);
    else if (name !== 'Subject') return null;
  }
  return `${lines.join('\n')}\n`;
}

/** A genuine message of somebody else's topic, or one that sends us to somebody else's host, is not acted on. */
function aimOf(envelope: JsonObject, type: string, source: SourceSettings): Verification {
  const topics = topicsOf(source);
  if (topics.length > 0 && !topics.includes(text(envelope['TopicArn']) ?? '')) {
    return unauthorized('the topic is not on the allow-list of this source');
  }
  if (type === 'SubscriptionConfirmation' && !isSnsUrl(snsUrl(envelope, 'SubscribeURL'))) {
    return unauthorized('the subscribe URL is not one of SNS');
  }
  return verified();
}

/** The allow-list of topics: one ARN, or several parted by commas or spaces. */
export const topicsOf = (source: Pick<SourceSettings, 'expectedTopicArn'>): readonly string[] =>
  (source.expectedTopicArn ?? '').split(/[\s,]+/).filter((arn) => arn !== '');
