/** One attempt at one leased effect, up to what is to be written of it. */
import type { EffectRequested } from '#contracts/contact-events.js';
import { PoisonError, WorldError } from '#engine/log/errors.js';
import type { ContactKeys } from '#engine/sealing/sealing.js';
import { backOff, pauseAfter, type RetryPolicy } from './back-off.js';
import type { LeasedEffect, OpenedEffect } from './effect.js';
import type { Ended } from './outcome.js';
import type { Attempt, Target } from './target.js';

export type Next =
  | ({ readonly next: 'settle' } & Ended)
  | { readonly next: 'retry'; readonly afterMs: number; readonly reason: string; readonly counted: boolean };

/** What an effect tells, or a code that says why it cannot be told. */
export type Content<C> = { readonly content: C } | { readonly unopened: string };

export interface Attempting<C = EffectRequested['pii']> {
  readonly target: Target<C>;
  /** Rejects with WorldError when what it needs is away. */
  readonly open: (effect: LeasedEffect) => Promise<Content<C>>;
  readonly policy: RetryPolicy;
  readonly clock: () => number;
  /** A target that rejected or an effect that does not open: a fault to be looked at. */
  readonly onFault: (error: unknown) => void;
}

/** Rejects with WorldError when what opens it is away: the lease then ends by itself. */
export async function attempt<C>(how: Attempting<C>, effect: LeasedEffect): Promise<Next> {
  const tried = effect.attempts - 1;
  if (how.clock() >= effect.notAfter)
    return { next: 'settle', state: 'expired', attempts: tried, reason: 'past_not_after' };
  const opened = await how.open(effect);
  if ('unopened' in opened) return { next: 'settle', state: 'dead', attempts: tried, reason: opened.unopened };
  const done = await carriedOut(how, { ...effect, pii: opened.content });
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

/** Opens what the requesting event sealed: `erased` without the contact's key, `unreadable` where key or bytes do not open. */
export function openSealed(
  contactKeys: ContactKeys,
  onFault: (error: unknown) => void,
): (effect: LeasedEffect) => Promise<Content<EffectRequested['pii']>> {
  return async ({ workspaceId, contactId, eventId, sealed }) => {
    try {
      const key = (await contactKeys.load(workspaceId, [contactId])).get(contactId);
      if (key === undefined) return { unopened: 'erased' };
      return { content: key.open(sealed, eventId) as unknown as EffectRequested['pii'] };
    } catch (error) {
      if (!(error instanceof PoisonError)) throw error;
      onFault(error);
      return { unopened: 'unreadable' };
    }
  };
}

async function carriedOut<C>({ target, onFault }: Attempting<C>, effect: OpenedEffect<C>): Promise<Attempt> {
  try {
    return await target.carryOut(effect);
  } catch (error) {
    if (error instanceof WorldError) throw error;
    onFault(error);
    return { result: 'retry', reason: 'target_failed', detail: error instanceof Error ? error.message : String(error) };
  }
}
