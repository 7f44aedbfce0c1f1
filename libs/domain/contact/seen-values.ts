/** What a condition saw, for the record, and why it could not be judged. */
import type { Json } from '#contracts/json.js';

const MAX_ERROR = 500;

/** A field behind an `||` may err though the condition holds. */
export function seen(value: () => Json): Json {
  try {
    return value();
  } catch (error) {
    return `(${messageOf(error)})`;
  }
}

/** The first line: the library adds a drawing of the place. */
export function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split('\n', 1)[0] ?? '').slice(0, MAX_ERROR);
}
