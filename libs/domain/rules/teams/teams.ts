/** Owners (the salespeople of contacts) with their working hours, and the teams they are in. */

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Within one day, in the owner's zone: `09:00` to `17:00`. */
export interface WorkingHours {
  readonly weekdays: readonly Weekday[];
  readonly from: string;
  readonly to: string;
}

export interface Owner {
  /** Normalised address: what the `owner` of a contact is. */
  readonly email: string;
  readonly name: string;
  /** IANA name; null: the zone is not known. */
  readonly zone: string | null;
  /** Null: at any time. */
  readonly hours: WorkingHours | null;
}

export interface Team {
  readonly name: string;
  /** Addresses of its owners, as listed: the order of a rotation. */
  readonly members: readonly string[];
}

export interface Teams {
  readonly owners: readonly Owner[];
  readonly teams: readonly Team[];
}

export const TEAM_NAME = /^[a-z0-9_-]{1,64}$/i;
export const MAX_OWNERS = 1_000;
export const MAX_TEAMS = 200;

/** `09:00-17:00`, and not the other way round; null when it is no span of one day. */
export function spanOf(text: string): Pick<WorkingHours, 'from' | 'to'> | null {
  const match = /^((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d|24:00)$/.exec(text.trim());
  const [, from, to] = match ?? [];
  return from === undefined || to === undefined || from >= to ? null : { from, to };
}
