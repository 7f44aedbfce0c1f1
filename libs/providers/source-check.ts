/** Whether a source can be verified as it is set up: what is wrong is said when it is entered, not with each refused request. */
import { createPublicKey } from 'node:crypto';
import type { Provider, SourceSettings } from './provider.js';
import { attempt } from './signing/key-cache.js';

export interface SourceProblem {
  /** `scheme`, `keys[0]`, `settings.algorithm`. */
  readonly field: string;
  readonly problem: string;
}

type Settings = Omit<SourceSettings, 'keys'>;
type Name = Exclude<keyof Settings, 'scheme'>;

/** What a scheme is configured by; every other one that signs takes the tolerance only. */
const SCHEME_SETTINGS: Readonly<Record<string, readonly Name[]>> = {
  'generic-hmac': [
    ...(['header', 'algorithm', 'encoding', 'prefix', 'signedContent', 'timestampHeader', 'form'] as const),
    ...(['keyFormat', 'signedUrl', 'toleranceSeconds'] as const),
  ],
  header: ['header'],
  'http-basic': [],
  bearer: [],
  none: [],
  'aws-sns': ['expectedTopicArn'],
  'mandrill-hmac-sha1-base64': ['signedUrl'],
};
const SIGNED_URL = /^hubspot-v[23]/;

/** Senders whose payload is described by the source. */
const DESCRIBED: Readonly<Record<string, readonly Name[]>> = {
  'generic-hmac': ['fields', 'idHeader'],
  cloudevents: ['fields'],
  'standard-webhooks': ['fields'],
};

const CHOICES: Readonly<Partial<Record<Name, readonly string[]>>> = {
  algorithm: ['sha1', 'sha256', 'sha384', 'sha512'],
  encoding: ['hex', 'base64', 'base64url'],
  keyFormat: ['utf8', 'hex', 'base64'],
};

/** `keys` undefined: one is made here, or the provider's is entered later. Empty when nothing is wrong. */
export function sourceProblems(
  provider: Provider,
  settings: Settings,
  keys: readonly string[] | undefined,
): readonly SourceProblem[] {
  const { scheme } = settings;
  const schemes = [...new Set([...provider.schemes, 'none'])];
  if (!schemes.includes(scheme)) return [{ field: 'scheme', problem: `Expected one of ${schemes.join(', ')}` }];
  return [
    ...settingProblems(provider, settings),
    ...topicProblems(settings),
    ...contentProblems(settings),
    ...(keys ?? []).flatMap((key, index) => keyProblem(scheme, key, `keys[${index}]`)),
    ...(keys !== undefined && KEYLESS.has(scheme)
      ? [{ field: 'keys', problem: `${scheme} takes no keys: leave them out` }]
      : []),
  ];
}

const KEYLESS = new Set(['none', 'aws-sns']);

/** False where nothing is signed, or the key is in the provider's certificate. */
export const needsKey = (scheme: string): boolean => !KEYLESS.has(scheme);

function settingProblems(provider: Provider, { scheme, ...settings }: Settings): readonly SourceProblem[] {
  const used = settingsOf(provider, scheme);
  return Object.entries(settings).flatMap(([name, value]): SourceProblem[] => {
    if (value === undefined) return [];
    const field = `settings.${name}`;
    if (!used.includes(name as Name)) {
      const instead = used.length === 0 ? 'it has no settings' : `its settings are ${used.join(', ')}`;
      return [{ field, problem: `${provider.title} by ${scheme} does not use it: ${instead}` }];
    }
    const choices = scheme === 'generic-hmac' ? CHOICES[name as Name] : undefined;
    return choices === undefined || choices.includes(value as string)
      ? []
      : [{ field, problem: `Expected one of ${choices.join(', ')}` }];
  });
}

/** Settings that mean something for the provider verified so. */
export function settingsOf({ name }: Provider, scheme: string): readonly Name[] {
  // How a key is written is told by the key itself, save for generic ones; where it is said all the same, it does no harm.
  const signed: readonly Name[] = [
    'keyFormat',
    'toleranceSeconds',
    ...(SIGNED_URL.test(scheme) ? ['signedUrl' as const] : []),
  ];
  return [...(SCHEME_SETTINGS[scheme] ?? signed), ...(DESCRIBED[name] ?? [])];
}

const TOPIC_ARN = /^arn:aws(?:-[a-z]+)*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}(?:\.fifo)?$/;

/** Anybody may subscribe our address to a topic of theirs, with a genuine signature: so the topic has to be named. */
function topicProblems({ scheme, expectedTopicArn }: Settings): readonly SourceProblem[] {
  if (scheme !== 'aws-sns') return [];
  const field = 'settings.expectedTopicArn';
  const topics = (expectedTopicArn ?? '').split(/[\s,]+/).filter((arn) => arn !== '');
  if (topics.length === 0)
    return [{ field, problem: 'Name the SNS topic, e.g. arn:aws:sns:eu-west-1:123456789012:mail: only it may send' }];
  return topics
    .filter((arn) => !TOPIC_ARN.test(arn))
    .map((arn) => ({ field, problem: `"${arn}" is no ARN of an SNS topic (arn:aws:sns:REGION:ACCOUNT:NAME)` }));
}

/** A template that signs nothing of the body, or names what no header brings, would verify nothing or refuse everything. */
function contentProblems({
  scheme,
  signedContent,
  timestampHeader,
  form,
  idHeader,
}: Settings): readonly SourceProblem[] {
  if (scheme !== 'generic-hmac' || signedContent === undefined) return [];
  const needs = (name: string, isGiven: boolean, from: string): SourceProblem[] =>
    !signedContent.includes(`{${name}}`) || isGiven
      ? []
      : [{ field: 'settings.signedContent', problem: `{${name}} needs ${from}` }];
  return [
    ...(signedContent.includes('{body}')
      ? []
      : [{ field: 'settings.signedContent', problem: 'Without {body} any body would fit a signature' }]),
    ...needs('timestamp', timestampHeader !== undefined || form !== undefined, 'timestampHeader or form'),
    ...needs('id', idHeader !== undefined, 'idHeader'),
  ];
}

function keyProblem(scheme: string, key: string, field: string): readonly SourceProblem[] {
  const problem = KEY_CHECKS.find(([schemes]) => schemes.test(scheme))?.[1](key.trim());
  return problem === undefined || problem === null ? [] : [{ field, problem }];
}

const isBase64 = (text: string): boolean => /^[A-Za-z0-9+/]{16,}={0,2}$/.test(text);

/** Said without the key: it is a secret. */
const KEY_CHECKS: readonly (readonly [RegExp, (key: string) => string | null])[] = [
  [/^http-basic$/, (key) => (/^[^:]+:.+$/s.test(key) ? null : 'Expected USER:PASSWORD')],
  [/ecdsa/, (key) => (publicKeyOf(key) ? null : 'Expected the verification key as SendGrid shows it: MFkw… in base64')],
  [/-v1a$/, (key) => (/^wh[ps]k_/.test(key) && isBase64(key.slice(5)) ? null : 'Expected whpk_… (Ed25519, in base64)')],
  [
    /^(standard-webhooks|svix)-v1$/,
    (key) => (isBase64(key.replace(/^[A-Za-z]+_/, '')) ? null : 'Expected whsec_… (base64 after it)'),
  ],
  [/^klaviyo/, (key) => (key.length >= 16 ? null : 'Expected at least 16 characters, as Klaviyo does')],
];

function publicKeyOf(key: string): boolean {
  const pem = key.startsWith('-----');
  const read = () =>
    pem ? createPublicKey(key) : createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' });
  return attempt(read)?.asymmetricKeyType === 'ec';
}
