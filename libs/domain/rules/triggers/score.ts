/** `on: { score_reaches: 50 }`, `on: { score_falls_below: 50 }`: the score crosses a line, upwards or downwards. */
import { MAX_SCORE } from '../actions/bounds.js';
import { ChangeView } from '../condition/change-view.js';
import { changeShape } from '../condition/event-shape.js';
import { scoreAt } from '../score.js';
import type { TriggerKind } from './trigger.js';

const kindOf = (kind: 'score_reaches' | 'score_falls_below', words: string): TriggerKind => ({
  kind,
  argument: 'required',
  example: `on: { ${kind}: 50 }`,
  read(field, _options, source) {
    const line = field && source.integer(field, kind, -MAX_SCORE, MAX_SCORE);
    if (line === null) return null;
    return {
      type: 'score_changed',
      text: `the score ${words} ${line}`,
      event: changeShape(['type', 'rule', 'before', 'after'], 'int'),
      terms: [],
      scoreLine: line,
      matches(event) {
        if (!(event instanceof ChangeView)) return false;
        const { now } = event.change;
        const [before, after] = [scoreAt(event.change.before, now), scoreAt(event.change.after, now)];
        return kind === 'score_reaches' ? before < line && after >= line : before >= line && after < line;
      },
    };
  },
});

export const scoreReaches = kindOf('score_reaches', 'reaches');
export const scoreFallsBelow = kindOf('score_falls_below', 'falls below');
