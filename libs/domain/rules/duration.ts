/** Durations as the language writes them: Ns, Nm, Nh, Nd. A day is 24 hours. */

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

export const SECOND = UNITS.s;
export const MINUTE = UNITS.m;
export const HOUR = UNITS.h;
export const DAY = UNITS.d;
/** Nothing is remembered for longer; also the horizon of de-duplication (engine.md 4.2). */
export const HORIZON = 400 * DAY;

export const DURATION_CURE = 'write a number and a unit: 30s, 15m, 24h or 7d';

/** Milliseconds, or null when the text is no duration. */
export function parseDuration(text: string): number | null {
  const match = /^([1-9]\d{0,8})([smhd])$/.exec(text.trim());
  if (!match) return null;
  return Number(match[1]) * UNITS[match[2] as keyof typeof UNITS];
}
