/** One-time tokens that alone are signed (Mailgun): whoever has seen one can send any body with it, so it is good for one body. */
import { hash } from 'node:crypto';
import { keyedId } from '#contracts/ids.js';
import type { ReplayClaim } from '#contracts/inputs.js';
import { within } from './deadline.js';
import type { IngestPorts } from './ports.js';
import type { Source } from './source.js';

/** Stored: its parts never change. */
export function replayClaim(secret: Buffer, source: Source, token: string, body: Buffer): ReplayClaim {
  return {
    token: keyedId(secret, 'replay token', source.id, token),
    body: keyedId(secret, 'replay body', source.id, hash('sha256', body, 'hex')),
  };
}

/**
 * `replayed`: it came before with another body. `unjudged`: the memory of tokens is away; the delivery is taken in, for losing it is
 * worse than taking it twice, and judged where it is applied.
 */
export type TokenJudgement = 'first' | 'replayed' | 'unjudged';

/** Never rejects, and takes `limitMs` at most. */
export async function judgeToken(
  { outside, keys, meter }: Pick<IngestPorts, 'outside' | 'keys' | 'meter'>,
  source: Source,
  { token, body }: { readonly token: string; readonly body: Buffer },
  now: number,
  limitMs: number,
): Promise<TokenJudgement> {
  const tokens = outside?.replayTokens;
  if (tokens === undefined) return 'unjudged';
  const claim = async (): Promise<boolean> => {
    const secret = await keys.secret(source.workspaceId);
    return tokens.claim(source.workspaceId, replayClaim(secret, source, token, body), now);
  };
  try {
    return (await within(limitMs, claim())) ? 'first' : 'replayed';
  } catch (error) {
    meter.alarm(source, 'the memory of one-time tokens is away; tokens are judged where deliveries are applied', error);
    return 'unjudged';
  }
}
