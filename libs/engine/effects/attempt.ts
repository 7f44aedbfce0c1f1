/** One attempt at one leased effect, up to what is to be written of it. */
import type { EffectRequested } from '#contracts/contact-events.js';
import { PoisonError, WorldError } from '#engine/log/errors.js';
import type { ContactKeys } from '#engine/sealing/sealing.js';
import { backOff, pauseAfter, type RetryPolicy } from './back-off.js';
import type { LeasedEffect } from './effect.js';
import type { Ended } from './outcome.js';
import type { Attempt, Target } from './target.js';

export type Next =
  | ({ readonly next: 'settle' } & Ended)
  | { readonly next: 'retry'; readonly afterMs: number; readonly reason: string; readonly counted: boolean };

export interface Attempting {
  readonly target: Target;
  readonly contactKeys: ContactKeys;
  readonly policy: RetryPolicy;
  readonly clock: () => number;
  /** A target that rejected or an effect that does not open: a fault to be looked at. */
  readonly onFault: (error: unknown) => void;
}

/** Rejects with WorldError when the keys are away: the lease then ends by itself. */
export async function attempt(how: Attempting, effect: LeasedEffect): Promise<Next> {
  const tried = effect.attempts - 1;
  if (how.clock() >= effect.notAfter)
    return { next: 'settle', state: 'expired', attempts: tried, reason: 'past_not_after' };
  const pii = await opened(how, effect);
  if (typeof pii === 'string') return { next: 'settle', state: 'dead', attempts: tried, reason: pii };
  const done = await carriedOut(how, { ...effect, pii });
  if (done.result === 'postponed') return { next: 'retry', afterMs: done.afterMs, reason: done.reason, counted: false };
  const told = done.detail === undefined ? {} : { detail: done.detail };
  const { attempts } = effect;
  if (done.result === 'delivered') return { next: 'settle', state: 'delivered', attempts, reason: null, ...told };
  const { reason } = done;
  if (done.result === 'refused' || attempts >= how.policy.maxAttempts)
    return { next: 'settle', state: 'dead', attempts, reason, ...told };
  const waited = backOff(how.policy, effect.effectId, effect.target, attempts);
  return { next: 'retry', afterMs: pauseAfter(waited, done.afterMs), reason, counted: true };
}

/** The payload, or why there is none: the contact was erased, or its key or the bytes do not open. */
async function opened(
  { contactKeys, onFault }: Attempting,
  { workspaceId, contactId, eventId, sealed }: LeasedEffect,
): Promise<EffectRequested['pii'] | 'erased' | 'unreadable'> {
  try {
    const key = (await contactKeys.load(workspaceId, [contactId])).get(contactId);
    if (key === undefined) return 'erased';
    return key.open(sealed, eventId) as unknown as EffectRequested['pii'];
  } catch (error) {
    if (!(error instanceof PoisonError)) throw error;
    onFault(error);
    return 'unreadable';
  }
}

async function carriedOut(
  { target, onFault }: Attempting,
  effect: Parameters<Target['carryOut']>[0],
): Promise<Attempt> {
  try {
    return await target.carryOut(effect);
  } catch (error) {
    if (error instanceof WorldError) throw error;
    onFault(error);
    return { result: 'retry', reason: 'target_failed', detail: error instanceof Error ? error.message : String(error) };
  }
}
