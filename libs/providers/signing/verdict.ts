/** The verifications a scheme can answer with. */
import type { SourceSettings, Verification } from '../provider.js';

export const verified = (replayToken?: string): Verification =>
  replayToken === undefined ? { ok: true, verified: true } : { ok: true, verified: true, replayToken };

/** Declared unsigned on purpose. */
export const unsigned: Verification = { ok: true, verified: null };

export const refused = (error: string): Verification => ({ ok: false, kind: 'signature', verified: false, error });

/** The MAC is right, its time is not. `policy`: the provider sets no limit, the limit is ours. */
export const stale = (error: string, policy = false): Verification => ({
  ok: false,
  kind: policy ? 'freshness-policy' : 'freshness',
  verified: true,
  error,
});

/** The signature is genuine, but the request must not be acted on. */
export const unauthorized = (error: string): Verification => ({
  ok: false,
  kind: 'authorization',
  verified: true,
  error,
});

/**
 * What every scheme asks first: `none` is unsigned on purpose, and any other scheme without a key refuses everything.
 * Undefined: go on and verify.
 */
export function withoutKey(source: SourceSettings): Verification | undefined {
  if (source.scheme === 'none') return unsigned;
  return usableKeys(source).length === 0 ? refused('no key is configured for this source') : undefined;
}

/** The configured keys that are not blank. */
export const usableKeys = (source: SourceSettings): readonly string[] => source.keys.filter((key) => key.trim() !== '');
