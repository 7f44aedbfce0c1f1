/** Positions of a partition are gapless: what is not where it must be stops the partition and is never skipped (engine.md 3). */
import { StopPartitionError } from './errors.js';

export interface Place {
  readonly topic: string;
  readonly partition: number;
}

/** Something else came than the position that was expected. */
export function gap({ topic, partition }: Place, expected: number, came: number): StopPartitionError {
  return new StopPartitionError(
    `${topic}/${partition}: position ${expected} was expected and ${came} came: the topic was made anew, or its retention ` +
      'passed what was not yet read',
  );
}

/** The topic was deleted and made anew under its name: what its positions mean has changed, however many there are. */
export function remade({ topic, partition }: Place, reason: string): StopPartitionError {
  return new StopPartitionError(`${topic}/${partition}: ${reason}`);
}

/** The log ends before the position that was expected: it would wait for ever, and then take what is not its own. */
export function shortLog({ topic, partition }: Place, expected: number, end: number): StopPartitionError {
  return new StopPartitionError(
    `${topic}/${partition}: position ${expected} was expected and the log ends at ${end}: the topic was made anew`,
  );
}
