/** `on: { segment_entered: engaged }`, `on: { segment_left: engaged }`: the contact becomes a member, or is none any more. */
import { ChangeView } from '../condition/change-view.js';
import { changeShape } from '../condition/event-shape.js';
import { didYouMean } from '../did-you-mean.js';
import { NAME } from '../vocabulary.js';
import type { TriggerKind } from './trigger.js';

const kindOf = (kind: 'segment_entered' | 'segment_left', verb: string): TriggerKind => ({
  kind,
  argument: 'optional',
  example: `on: { ${kind}: engaged }`,
  read(field, _options, source, { segments: known = null }) {
    const segment = field && source.name(field, 'a segment', NAME, 'write a name such as engaged');
    if (field !== null && segment === null) return null;
    if (field !== null && segment !== null && known !== null && !known.includes(segment)) {
      const cure = didYouMean(segment, known, 'segment');
      return source.complain(source.at(field.value, field.at), `there is no segment ${segment}`, cure);
    }
    return {
      type: kind,
      text: segment === null ? `a segment is ${verb}` : `segment ${segment} is ${verb}`,
      event: changeShape(['type', 'name']),
      terms: segment === null ? [] : [{ field: 'name', literal: segment }],
      segment,
      matches: (event) => segment === null || (event instanceof ChangeView && event.name === segment),
    };
  },
});

export const segmentEntered = kindOf('segment_entered', 'entered');
export const segmentLeft = kindOf('segment_left', 'left');
