import { generateKeyPairSync } from 'node:crypto';
import type { SourceSettings } from './provider.js';
import { PROVIDERS, providerNamed } from './registry.js';
import { sourceProblems } from './source-check.js';

const problems = (provider: string, settings: Omit<SourceSettings, 'keys'>, keys?: readonly string[]) => {
  const found = providerNamed(provider);
  if (found === undefined) throw new Error(`no provider ${provider}`);
  return sourceProblems(found, settings, keys).map(({ field, problem }) => `${field}: ${problem}`);
};
const ecKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'der', type: 'spki' });
const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:mail';

it.each(PROVIDERS.filter(({ name }) => name !== 'ses').map(({ name, schemes }) => [name, schemes]))(
  '%s can be set up by each of its schemes with nothing else said',
  (name, schemes) => {
    // Two of HubSpot's old ones are refused, see below.
    for (const scheme of schemes.filter((one) => !/^hubspot-v[12]-/.test(one)))
      expect(problems(name, { scheme })).toEqual([]);
  },
);

it.each<[string, Omit<SourceSettings, 'keys'>, readonly string[] | undefined, RegExp | null]>([
  ['postmark', { scheme: 'svix-v1' }, undefined, /^scheme: Expected one of http-basic, bearer, header, none$/],
  ['postmark', { scheme: 'http-basic' }, ['secret'], /^keys\[0\]: Expected USER:PASSWORD$/],
  ['postmark', { scheme: 'http-basic' }, ['user:secret'], null],
  ['hubspot', { scheme: 'hubspot-v1-sha256-hex' }, undefined, /^scheme: .* signs no time.*: use hubspot-v3-hmac/],
  ['hubspot', { scheme: 'hubspot-v2-sha256-hex' }, undefined, /^scheme: .* signs no time.*: use hubspot-v3-hmac/],
  [
    'postmark',
    { scheme: 'http-basic', algorithm: 'sha1' },
    undefined,
    /^settings.algorithm: .* does not use it: it has no settings/,
  ],
  ['postmark', { scheme: 'none' }, ['user:secret'], /^keys: none takes no keys/],
  ['ses', { scheme: 'aws-sns' }, undefined, /^settings.expectedTopicArn: Name the SNS topic/],
  ['ses', { scheme: 'aws-sns', expectedTopicArn: 'mail' }, undefined, /"mail" is no ARN/],
  ['ses', { scheme: 'aws-sns', expectedTopicArn: `${TOPIC}, ${TOPIC}-2` }, undefined, null],
  ['sendgrid', { scheme: 'sendgrid-ecdsa-p256-sha256' }, ['nonsense'], /^keys\[0\]: Expected the verification key/],
  ['sendgrid', { scheme: 'sendgrid-ecdsa-p256-sha256' }, [ecKey.toString('base64')], null],
  ['resend', { scheme: 'svix-v1' }, ['short'], /^keys\[0\]: Expected whsec_/],
  ['resend', { scheme: 'svix-v1' }, ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'], null],
  [
    'generic-hmac',
    { scheme: 'generic-hmac', algorithm: 'md5' },
    undefined,
    /^settings.algorithm: Expected one of sha1, sha256/,
  ],
  ['generic-hmac', { scheme: 'generic-hmac', signedContent: '{timestamp}' }, undefined, /Without \{body\}/],
  [
    'generic-hmac',
    { scheme: 'generic-hmac', signedContent: '{timestamp}.{body}' },
    undefined,
    /\{timestamp\} needs timestampHeader or form/,
  ],
  [
    'generic-hmac',
    { scheme: 'generic-hmac', signedContent: '{timestamp}.{body}', timestampHeader: 'x-t' },
    undefined,
    null,
  ],
  [
    'generic-hmac',
    { scheme: 'generic-hmac', expectedTopicArn: TOPIC },
    undefined,
    /^settings.expectedTopicArn: .* its settings are header/,
  ],
  ['mandrill', { scheme: 'mandrill-hmac-sha1-base64', signedUrl: 'https://a.test/x' }, ['k'], null],
  ['klaviyo', { scheme: 'klaviyo-hmac-sha256-hex' }, ['short'], /at least 16/],
  ['cloudevents', { scheme: 'bearer', fields: { email: 'data.mail' } }, undefined, null],
])('%s %j %j: %s', (provider, settings, keys, expected) => {
  const found = problems(provider, settings, keys);
  if (expected === null) expect(found).toEqual([]);
  else expect(found[0]).toMatch(expected);
  for (const key of keys ?? []) expect(found.join()).not.toContain(key);
});
