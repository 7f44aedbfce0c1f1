/**
 * May an address be mailed? Suppression is kept per address and per contact, and both are looked at (engine.md 2 and 4.10): what stands
 * against the address itself, and what stands against its contact under another address. Pure.
 */
import type { Uuid } from '#contracts/ids.js';

/** A suppression in force that touches an address that was asked about. Times in milliseconds. */
export interface Standing {
  /** Subject of the address asked about. */
  readonly asked: Uuid;
  /** Said of this address; false: of another address of its contact. */
  readonly own: boolean;
  readonly contactId: Uuid;
  readonly scope: string;
  readonly reason: string;
  /** Said of the person; false: a hard bounce, of its mailbox alone. */
  readonly ofPerson: boolean;
  readonly since: number;
}

/** `scopes`: what is about to be sent belongs to these (`group:ID`, `list:ID`); what is suppressed for all is so for each of them. */
export function against(standing: readonly Standing[], scopes: readonly string[]): readonly Standing[] {
  const concerned = new Set(['all', ...scopes]);
  return standing.filter((one) => concerned.has(one.scope) && (one.own || one.ofPerson));
}
