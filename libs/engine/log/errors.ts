/** Errors sorted by whose fault they are: the message's (park), the world's (retry), ours (crash loudly). */

/** The partition is another's: let go of it, write nothing. */
export class FencedError extends Error {
  override readonly name = 'FencedError';
}

/** The world is away (database, broker): retry with the partition paused; no try is counted. */
export class WorldError extends Error {
  override readonly name = 'WorldError';
}

/**
 * A statement ran into its time limit: the world may be slow, or what was asked of it too much. So a batch that meets it has had a try:
 * tried for ever, it would hold up its partition for ever.
 */
export class TooSlowError extends WorldError {}

/** The log could not make records durable in time. */
export class LogUnavailableError extends WorldError {}

/** Nothing more gets into these partitions: their topic has grown, and goes on under a newer generation. */
export class SealedError extends Error {
  override readonly name = 'SealedError';

  constructor(readonly places: readonly { readonly topic: string; readonly partition: number }[]) {
    super(`sealed: ${places.map(({ topic, partition }) => `${topic}/${partition}`).join(', ')}`);
  }
}

/** The reader must stop here: a gap in positions, or a type or version of ours that this process does not know. */
export class StopPartitionError extends Error {
  override readonly name = 'StopPartitionError';
}

/** The message itself cannot be decoded, upcast or folded: park it with its key. */
export class PoisonError extends Error {
  override readonly name = 'PoisonError';
}

/** A state that our own code can never bring about (same epoch, another `next`): ours, crash loudly. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

const OURS = [FencedError, WorldError, StopPartitionError, PoisonError, InvariantError];

/**
 * What may be shown of an error outside of the log of the process: the message of ours; of any other its kind, because its message
 * may quote what it failed on, which is a contact's.
 */
export function shownOf(error: Error): string {
  if (OURS.some((kind) => error instanceof kind)) return error.message;
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' ? `${error.name} ${code}` : error.name;
}
