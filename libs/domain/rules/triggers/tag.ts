/** `on: { tag_added: vip }`, `on: { tag_removed: vip }`; without an argument any tag. */
import { TAG_CURE } from '../actions/add-tag.js';
import { ChangeView } from '../condition/change-view.js';
import { changeShape } from '../condition/event-shape.js';
import { NAME } from '../vocabulary.js';
import type { TriggerKind } from './trigger.js';

const kindOf = (kind: 'tag_added' | 'tag_removed', verb: string): TriggerKind => ({
  kind,
  argument: 'optional',
  example: `on: { ${kind}: vip }`,
  read(field, _options, source) {
    const tag = field && source.name(field, 'a tag', NAME, TAG_CURE);
    if (field !== null && tag === null) return null;
    return {
      type: kind,
      text: tag === null ? `a tag is ${verb}` : `tag ${tag} is ${verb}`,
      event: changeShape(['type', 'name', 'rule']),
      terms: tag === null ? [] : [{ field: 'name', literal: tag }],
      matches: (event) => tag === null || (event instanceof ChangeView && event.name === tag),
    };
  },
});

export const tagAdded = kindOf('tag_added', 'added');
export const tagRemoved = kindOf('tag_removed', 'removed');
