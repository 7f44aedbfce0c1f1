/** Sources over HTTP. */
import { z } from 'zod';
import type { SourceView } from '#adapters/postgres/sources/sources.js';
import type { SourceSettings } from '#contracts/provider.js';
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
  expectedTopicArn: text.optional(),
  certPem: z.string().max(20_000).optional(),
  toleranceSeconds: z.int().min(1).max(86_400).optional(),
  idHeader: text.optional(),
  fields: z.record(text, text).optional(),
});

export const sourceWanted = z
  .strictObject({
    name: z.string().trim().min(1).max(100),
    provider: z.enum(names as [string, ...string[]], `Expected one of ${names.join(', ')}`),
    scheme: text.optional().describe('How requests are verified; the provider’s own when left out.'),
    keys: z
      .array(text)
      .min(1)
      .optional()
      .describe('Keys that the provider issued; left out, one is made where we may choose it.'),
    settings: settings.optional(),
  })
  .superRefine(({ provider, scheme }, context) => {
    const schemes = PROVIDERS.find(({ name }) => name === provider)?.schemes ?? [];
    if (scheme === undefined || scheme === 'none' || schemes.includes(scheme)) return;
    context.addIssue({
      code: 'custom',
      path: ['scheme'],
      message: `Expected one of ${[...schemes, 'none'].join(', ')}`,
    });
  })
  .meta({ id: 'NewSource' });

export const rotationWanted = z
  .strictObject({
    keys: z
      .array(text)
      .min(1)
      .optional()
      .describe('New keys from the provider; left out, one is made where we may choose it.'),
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
  return {
    ...{ id, name, provider, scheme, settings: { ...settings }, state, hasKeys, version },
    url: endpoint(source, base),
    oldKeysUntil: isoOrNull(oldKeysUntil),
    createdAt: iso(createdAt),
    updatedAt: iso(updatedAt),
  };
}

export function endpoint({ path }: Pick<SourceView, 'path'>, base: string): string {
  return `${base}/ingest/${path}`;
}

/** The scheme asked for, or the provider's first one; `settings` without what was left out. */
export function settingsOf(wish: z.output<typeof sourceWanted>): Omit<SourceSettings, 'keys'> {
  const scheme = wish.scheme ?? PROVIDERS.find(({ name }) => name === wish.provider)?.schemes[0] ?? 'none';
  const given = Object.entries(wish.settings ?? {}).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(given), scheme };
}
