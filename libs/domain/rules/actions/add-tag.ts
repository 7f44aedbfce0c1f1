/** `add_tag: NAME`. */
import { NAME } from '../vocabulary.js';
import { actionKind } from './action.js';
import { MAX_TAGS } from './bounds.js';

export const TAG_CURE = 'write a name of letters, digits, dashes, dots and underscores: pricing-interest';

export const addTag = actionKind<string>({
  kind: 'add_tag',
  effect: false,
  parse: (field, source) => source.name(field, 'a tag', NAME, TAG_CURE),
  target: (tag) => tag,
  decide(tag, { facts, by }) {
    if (facts.tags.includes(tag)) return [];
    if (facts.tags.length >= MAX_TAGS) throw new Error(`a contact has at most ${MAX_TAGS} tags`);
    return [{ type: 'tag_added', v: 1, data: { by }, pii: { tag } }];
  },
});
