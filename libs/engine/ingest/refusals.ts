/** The answers to what is not taken in, one function each. */
import type { Provider, SourceSettings } from '#contracts/provider.js';
import { type Answer, problem } from './answer.js';

/** Seconds after which a provider may try again while the log is away. */
const RETRY_AFTER_UNAVAILABLE = '10';
const RETRY_AFTER_PAUSED = '300';

export const unknownSource = (): Answer =>
  problem(404, 'Unknown source', 'No source has this address. Compare it with the one that `sources list` shows.');

export const deletedSource = (): Answer =>
  problem(410, 'Source deleted', 'This source was deleted. Remove the webhook at the provider.');

export const pausedSource = (provider: Provider): Answer =>
  problem(provider.unavailableStatus, 'Source paused', 'This source is paused; send again later.', {
    'retry-after': RETRY_AFTER_PAUSED,
  });

export const unknownProvider = (name: string): Answer =>
  problem(503, 'Provider unknown', `This version knows no provider named ${name}.`, {
    'retry-after': RETRY_AFTER_PAUSED,
  });

/** Whoever has no right to send is told what someone with a wrong signature is told: some providers give up on a 403. */
export const addressNotAllowed = (): Answer =>
  problem(401, 'Not verified', 'The address of the sender is not on the list of this source.', {
    'www-authenticate': 'Signature realm="ingest"',
  });

const RETRY_AFTER_BUSY = '2';

/** The source sends faster than it may. */
export const throttled = (provider: Provider, waitMs: number): Answer =>
  problem(refusalStatus(provider), 'Too many requests', 'This source sends faster than it may; send again later.', {
    'retry-after': String(Math.max(1, Math.ceil(waitMs / 1000))),
  });

/** More comes in than can be stored now. */
export const busy = (provider: Provider): Answer =>
  problem(
    refusalStatus(provider),
    'Busy',
    'More is coming in than can be stored now. Nothing was stored; send again.',
    {
      'retry-after': RETRY_AFTER_BUSY,
    },
  );

const refusalStatus = ({ throttledStatus, unavailableStatus }: Provider): number =>
  throttledStatus ?? unavailableStatus;

/** In the status that makes this provider send again and not discard. */
export const unavailable = (provider: Provider): Answer =>
  problem(provider.unavailableStatus, 'Not available for now', 'Nothing was stored; send again.', {
    'retry-after': RETRY_AFTER_UNAVAILABLE,
  });

export const methodNotAllowed = (): Answer =>
  problem(405, 'Method not allowed', 'Webhooks of this provider are sent by POST.', { allow: 'POST' });

/** RFC 9110 wants a challenge with every 401. */
function challenge(scheme: string): string {
  if (scheme === 'http-basic') return 'Basic realm="ingest", charset="UTF-8"';
  return scheme === 'bearer' ? 'Bearer realm="ingest"' : 'Signature realm="ingest"';
}

export const notVerified = (error: string, settings: SourceSettings): Answer =>
  problem(401, 'Not verified', error, { 'www-authenticate': challenge(settings.scheme) });
