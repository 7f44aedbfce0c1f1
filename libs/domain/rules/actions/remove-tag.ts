/** `remove_tag: NAME`. */
import { NAME } from '../vocabulary.js';
import { actionKind } from './action.js';
import { TAG_CURE } from './add-tag.js';

export const removeTag = actionKind<string>({
  kind: 'remove_tag',
  effect: false,
  parse: (field, source) => source.name(field, 'a tag', NAME, TAG_CURE),
  target: (tag) => tag,
  decide: (tag, { facts, by }) =>
    facts.tags.includes(tag) ? [{ type: 'tag_removed', v: 1, data: { by }, pii: { tag } }] : [],
});
