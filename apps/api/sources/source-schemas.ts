/** Sources over HTTP. */
import { z } from 'zod';
import type { SourceView } from '#adapters/postgres/sources/sources.js';
import { PROVIDERS } from '#providers/registry.js';
import { anyObject, id, iso, isoOrNull, time } from '../openapi/fields.js';

const text = z.string().min(1).max(2000);
const names = PROVIDERS.map(({ name }) => name);

const settings = z.strictObject({
  keyFormat: text.optional(),
  signedUrl: z.url().optional().describe('Public URL registered at the provider, for schemes that sign it.'),
  algorithm: text.optional(),
  header: text.optional(),
  encoding: text.optional(),
  prefix: text.optional(),
  signedContent: text.optional(),
  timestampHeader: text.optional(),
  form: text.optional(),
  expectedTopicArn: text.optional().describe('Of SES: the SNS topic that may send, or several parted by commas.'),
  toleranceSeconds: z.int().min(1).max(86_400).optional(),
  idHeader: text.optional(),
  fields: z.record(text, text).optional(),
});

const policy = z
  .strictObject({
    addresses: z
      .array(text)
      .min(1)
      .max(500)
      .optional()
      .describe('Addresses and ranges that may send; `published` stands for those that the provider publishes.'),
    ratePerSecond: z.number().min(0.01).max(100_000).optional().describe('Requests a second, for each process.'),
    burst: z.int().min(1).max(1_000_000).optional().describe('Requests that may come at once.'),
    maxBodyBytes: z.int().min(100).max(67_108_864).optional(),
    deriveActors: z
      .boolean()
      .optional()
      .describe('false: who opened and clicked is left as the provider says; no rules of ours judge it.'),
  })
  .meta({ id: 'SourcePolicy', description: 'What the source lets in, and what is made of it.' });

const keysGiven = z
  .array(text)
  .min(1)
  .optional()
  .describe('Keys that the provider issued; left out, one is made where we may choose it.');

export const sourceWanted = z
  .strictObject({
    name: z.string().trim().min(1).max(100),
    provider: z.enum(names as [string, ...string[]], `Expected one of ${names.join(', ')}`),
    scheme: text.optional().describe('How requests are verified; the provider’s own when left out.'),
    keys: keysGiven,
    settings: settings.optional(),
    policy: policy.optional(),
  })
  .meta({ id: 'NewSource' });

/** Null clears a setting. */
const clearable = <Shape extends z.ZodRawShape>(object: z.ZodObject<Shape>) =>
  z.strictObject(
    Object.fromEntries(Object.entries(object.shape).map(([name, field]) => [name, (field as z.ZodType).nullable()])),
  );

export const sourceRevised = z
  .strictObject({
    scheme: text.optional().describe('`none` declares the source unsigned on purpose.'),
    settings: clearable(settings).optional().describe('Those to change; null clears one.'),
    policy: clearable(policy).optional().describe('Those to change; null clears one.'),
  })
  .meta({ id: 'SourceRevision' });

export const rotationWanted = z
  .strictObject({
    keys: keysGiven,
    overlapHours: z
      .number()
      .min(0)
      .max(720)
      .default(24)
      .describe('How long the old keys are accepted beside the new ones.'),
  })
  .meta({ id: 'SourceRotation' });

export const sourceShown = z
  .object({
    id,
    name: z.string(),
    provider: z.string(),
    scheme: z.string(),
    settings: anyObject,
    policy,
    url: z.string().describe('Where the provider posts to.'),
    state: z.enum(['active', 'paused', 'deleted']),
    hasKeys: z.boolean().describe('false: it refuses everything until its key is entered.'),
    oldKeysUntil: time.nullable(),
    version: z.int().describe('For If-Match.'),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'Source' });

export const keyedSource = sourceShown
  .extend({ keys: z.array(z.string()).describe('Shown this once.') })
  .meta({ id: 'KeyedSource' });

export const sourceList = z.object({ items: z.array(sourceShown) });

/** `base`: the address of ingest, no slash at the end. */
export function showSource(source: SourceView, base: string): z.infer<typeof sourceShown> {
  const { id, name, provider, state, hasKeys, version, createdAt, updatedAt, oldKeysUntil } = source;
  const { scheme, ...settings } = source.settings;
  const { addresses, ...rules } = source.policy;
  const policy = addresses === undefined ? rules : { ...rules, addresses: [...addresses] };
  return {
    ...{ id, name, provider, scheme, settings: { ...settings }, policy, state, hasKeys, version },
    url: endpoint(source, base),
    oldKeysUntil: isoOrNull(oldKeysUntil),
    createdAt: iso(createdAt),
    updatedAt: iso(updatedAt),
  };
}

export function endpoint({ path }: Pick<SourceView, 'path'>, base: string): string {
  return `${base}/ingest/${path}`;
}
