/** Which events are changes of the contact that rules may wait for. */
import type { By, ContactEvent } from '#contracts/contact-events.js';
import type { Change, ChangeType } from '#domain/rules/condition/change-view.js';

export type Around = Pick<Change, 'before' | 'after' | 'now'>;

/** Null for any other event. What a merge or a deletion changes triggers nothing: nobody wrote it. */
export function changeOf(event: ContactEvent, around: () => Around): Change | null {
  switch (event.type) {
    case 'attribute_set':
    case 'attribute_cleared':
      return changed('attribute_changed', event.data.name, event.data.by, around());
    case 'tag_added':
    case 'tag_removed':
      return changed(event.type, event.pii.tag, event.data.by, around());
    case 'stage_set':
      return changed('stage_changed', '', event.data.by, around());
    case 'owner_set':
      return changed('owner_changed', '', event.data.by, around());
    case 'score_added':
      return changed('score_changed', '', event.data.by, around());
    case 'segment_entered':
    case 'segment_left':
      if (event.data.silent) return null;
      return { type: event.type, name: event.data.segment, rule: '', ...around() };
    default:
      return null;
  }
}

function changed(type: ChangeType, name: string, by: By, around: Around): Change {
  return { type, name, rule: 'rule' in by ? by.rule : '', ...around };
}
