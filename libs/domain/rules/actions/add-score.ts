/**
 * `add_score: 10`, or `add_score: { points: 10, expires_in: 30d, min: 0, max: 100 }`: the points are lost bit by bit over that time; the
 * score is not moved beyond the bounds.
 */
import { isMap } from 'yaml';
import { HORIZON } from '../duration.js';
import { scoreAt } from '../score.js';
import type { Field, Source } from '../yaml/source.js';
import { actionKind } from './action.js';
import { MAX_SCORE } from './bounds.js';

const MAX_POINTS = 100_000;

interface Grant {
  readonly points: number;
  /** Milliseconds; null: they stay. */
  readonly expiresIn: number | null;
  readonly min: number;
  readonly max: number;
}

export const addScore = actionKind<Grant>({
  kind: 'add_score',
  effect: false,
  parse(field, source) {
    if (!isMap(field.value)) {
      const points = pointsOf(field, 'add_score', source);
      return points === null ? null : { points, expiresIn: null, min: -MAX_SCORE, max: MAX_SCORE };
    }
    const fields = source.fields(field.value, field.at, 'add_score', ['points', 'expires_in', 'min', 'max']);
    if (!fields) return null;
    const given = fields.get('points');
    if (!given) return source.complain(field.at, 'add_score adds nothing', 'add points: 10');
    const points = pointsOf(given, 'points', source);
    const expiresIn = lifeOf(fields.get('expires_in'), source);
    const min = boundOf(fields.get('min'), -MAX_SCORE, source);
    const max = boundOf(fields.get('max'), MAX_SCORE, source);
    if (points === null || expiresIn === undefined || min === null || max === null) return null;
    if (min >= max) return source.complain(field.at, 'min is not below max', 'write min: 0 and max: 100');
    return { points, expiresIn, min, max };
  },
  target: () => '',
  decide({ points: wanted, expiresIn, min, max }, { facts, by, now }) {
    const score = scoreAt(facts, now);
    const room = wanted > 0 ? Math.max(0, max - score) : Math.min(0, min - score);
    const points = wanted > 0 ? Math.min(wanted, room) : Math.max(wanted, room);
    if (points === 0) return [];
    const expiring = expiresIn === null ? {} : { expiresAt: now + expiresIn };
    return [{ type: 'score_added', v: 1, data: { by, points, ...expiring }, pii: null }];
  },
});

function pointsOf(field: Field, what: string, source: Source): number | null {
  const points = source.integer(field, what, -MAX_POINTS, MAX_POINTS);
  return points === 0 ? source.complain(field.at, 'add_score adds nothing', 'write a number other than 0') : points;
}

/** Undefined after a complaint. */
function lifeOf(field: Field | undefined, source: Source): number | null | undefined {
  if (!field) return null;
  const life = source.duration(field, 'expires_in');
  if (life === null) return undefined;
  if (life.ms <= HORIZON) return life.ms;
  source.complain(source.at(field.value, field.at), `expires_in of ${life.text}`, 'write at most 400d');
  return undefined;
}

function boundOf(field: Field | undefined, otherwise: number, source: Source): number | null {
  return field ? source.integer(field, field.name, -MAX_SCORE, MAX_SCORE) : otherwise;
}
