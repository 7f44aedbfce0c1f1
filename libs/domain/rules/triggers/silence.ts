/**
 * `on: { silence: 60d, of: opened }`: nothing of that kind has happened for so long, since the last time or since the contact is known.
 * It triggers once, and again only after it has happened anew.
 */
import { ENGAGEMENT_TYPES } from '#contracts/engagement.js';
import { dueShape } from '../condition/event-shape.js';
import { didYouMean } from '../did-you-mean.js';
import { HORIZON } from '../duration.js';
import { member } from '../facts.js';
import type { Field, Source } from '../yaml/source.js';
import { isOwnEvent } from './engagement.js';
import type { TriggerKind } from './trigger.js';

const EXAMPLE = 'on: { silence: 60d, of: opened }';

export const silence: TriggerKind = {
  kind: 'silence',
  argument: 'required',
  options: ['of'],
  example: EXAMPLE,
  read(field, options, source) {
    const written = field && source.duration(field, 'silence');
    const ofField = options.get('of');
    if (!field || !written) return null;
    const at = source.at(field.value, field.at);
    if (written.ms > HORIZON)
      return source.complain(
        at,
        `a silence of ${written.text} is too long`,
        'history is kept for 400d: write at most 400d',
      );
    if (!ofField) return source.complain(at, 'silence of what?', `write ${EXAMPLE}`);
    const of = typeOf(ofField, source);
    if (of === null) return null;
    return {
      type: 'silence',
      text: `no ${of} for ${written.text}`,
      event: dueShape(),
      terms: [],
      matches: () => true,
      due: ({ last, since = 0 }) => (member(last, of) ?? since) + written.ms,
    };
  },
};

function typeOf(field: Field, source: Source): string | null {
  const type = source.string(field, 'of', 'write an engagement type: opened');
  if (type === null || isOwnEvent(type) || ENGAGEMENT_TYPES.some((one) => one === type)) return type;
  const cure = didYouMean(type, ENGAGEMENT_TYPES, 'engagement');
  return source.complain(source.at(field.value, field.at), `no engagement is called ${type}`, cure);
}
