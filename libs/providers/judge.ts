/** The one order in which a request is judged: greet, verify, normalise. Pure, as the providers are. */
import type { Judgement, Provider, ProviderRequest, SourceSettings, VerifyClock } from './provider.js';

export type { Judgement };

/** Judges one request. Nothing is normalised before it is verified. */
export function judge(
  provider: Provider,
  request: ProviderRequest,
  source: SourceSettings,
  now: VerifyClock,
): Judgement {
  const response = provider.greet?.(request, source);
  if (response !== undefined) return { step: 'greeted', response };
  const verification = provider.verify(request, source, now);
  if (verification.ok !== true) return { step: 'refused', refusal: verification };
  const normalised = provider.normalise(request, source);
  const { verified, replayToken } = verification;
  return { step: 'normalised', verified, normalised, ...(replayToken === undefined ? {} : { replayToken }) };
}
