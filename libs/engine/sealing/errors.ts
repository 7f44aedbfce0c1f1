import { PoisonError } from '#engine/log/errors.js';

/** The key was destroyed after its retention: what it sealed cannot be opened by anyone. */
export class KeyDestroyedError extends PoisonError {}
