/** Judges a request with the providers' pure functions and the few look-ups that these ask for. */
import type { Judgement, Provider, ProviderRequest, SourceSettings } from '#contracts/provider.js';
import { LogUnavailableError } from '#engine/log/errors.js';
import { within } from './deadline.js';
import type { Rejection } from './meter.js';
import type { IngestPorts, Outside } from './ports.js';
import { judgeToken } from './replay.js';
import { type Source, settingsAt } from './source.js';
import { type Taking, takingOf, wholeBody } from './taking.js';

/** What a look-up outside may take of the provider's patience. */
const LOOK_UP_MS = 1_000;

export type Verdict =
  | { readonly step: 'greeted'; readonly response: Extract<Judgement, { step: 'greeted' }>['response'] }
  | { readonly step: 'refused'; readonly kind: Rejection; readonly error: string }
  | { readonly step: 'unavailable'; readonly error: unknown }
  | { readonly step: 'taken'; readonly taking: Taking };

/** Told what of the wait is for something outside. */
export type Aside = <T>(outside: Promise<T>) => Promise<T>;

export async function verdictOf(
  ports: IngestPorts,
  source: Source,
  provider: Provider,
  request: ProviderRequest,
  now: number,
  aside: Aside,
): Promise<Verdict> {
  const settings = settingsAt(source, now);
  try {
    const judgement = await judged(ports, provider, request, settings, now, aside);
    if (judgement.step === 'greeted') return judgement;
    if (judgement.step === 'refused') {
      const { refusal } = judgement;
      if (refusal.ok === 'unavailable') return { step: 'unavailable', error: new Error(refusal.error) };
      return { step: 'refused', kind: refusal.kind, error: refusal.error };
    }
    const { replayToken, normalised } = judgement;
    const token = await judgedToken(ports, source, replayToken, request.body, now);
    if (token === 'replayed')
      return { step: 'refused', kind: 'replay', error: 'This token was used before with another body.' };
    const taking = takingOf(normalised, request.body);
    if (taking !== null) return { step: 'taken', taking: { ...taking, ...token } };
    const error = normalised.outcome === 'reject' ? normalised.error : 'This request may not be acted on.';
    return { step: 'refused', kind: 'authorization', error };
  } catch (error) {
    return afterFault(ports, source, provider, request, settings, now, error);
  }
}

/** A certificate that verification lacks is had from outside, once. */
async function judged(
  { providers, outside }: IngestPorts,
  provider: Provider,
  request: ProviderRequest,
  settings: SourceSettings,
  now: number,
  aside: Aside,
): Promise<Judgement> {
  const judgement = providers.judge(provider, request, settings, now);
  if (judgement.step !== 'refused' || judgement.refusal.ok !== 'unavailable') return judgement;
  const certPem = await aside(certificateOf(outside, judgement.refusal.certificateUrl));
  return certPem === undefined ? judgement : providers.judge(provider, request, { ...settings, certPem }, now);
}

/** Undefined when it cannot be had in time: the provider is told to send again. */
async function certificateOf(outside: Outside | undefined, url: string): Promise<string | undefined> {
  try {
    return await within(LOOK_UP_MS, outside?.certificates?.pem(url) ?? Promise.resolve(undefined));
  } catch (error) {
    if (error instanceof LogUnavailableError) return undefined;
    throw error;
  }
}

/** What is to be judged later, if anything. */
async function judgedToken(
  ports: IngestPorts,
  source: Source,
  token: string | undefined,
  body: Buffer,
  now: number,
): Promise<'replayed' | Pick<Taking, 'unjudgedToken'>> {
  if (token === undefined) return {};
  const judgement = await judgeToken(ports, source, { token, body }, now, LOOK_UP_MS);
  if (judgement === 'replayed') return judgement;
  return judgement === 'unjudged' ? { unjudgedToken: token } : {};
}

/** A provider's function threw, which is a fault of ours: a verified body is kept whole, any other comes again. */
function afterFault(
  { meter }: IngestPorts,
  source: Source,
  provider: Provider,
  request: ProviderRequest,
  settings: SourceSettings,
  now: number,
  fault: unknown,
): Verdict {
  meter.alarm(source, 'a request could not be judged', fault);
  const detail = fault instanceof Error ? fault.message : String(fault);
  try {
    if (provider.verify(request, settings, now).ok === true)
      return { step: 'taken', taking: wholeBody('normaliser_failed', detail, request.body) };
  } catch (error) {
    return { step: 'unavailable', error };
  }
  return { step: 'unavailable', error: fault };
}
