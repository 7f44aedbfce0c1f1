/** What `event` is in the conditions of a rule: it depends on the trigger. */
import { type AttributeType, celTypeOf } from '../attributes/type.js';
import { CHANGE_FIELDS, type ChangeField, ChangeView } from './change-view.js';
import { DUE_FIELDS, DueView } from './due-view.js';
import { EVENT_FIELDS, EventView } from './event-view.js';

/** What triggers rules. */
export type TriggerView = EventView | ChangeView | DueView;

export interface EventShape {
  /** Its name among CEL types. */
  readonly name: string;
  /** CEL types of its fields. */
  readonly fields: { readonly [field: string]: string };
  /** Of `event.before` and `event.after`, where it is a change. */
  readonly valueType: AttributeType | null;
  /** Fields whose text is known before a rule is asked: an index may go by them. */
  readonly indexable: readonly string[];
  readonly view: typeof EventView | typeof ChangeView | typeof DueView;
}

export const ENGAGEMENT: EventShape = {
  name: 'Event',
  fields: EVENT_FIELDS,
  valueType: null,
  indexable: Object.keys(EVENT_FIELDS),
  view: EventView,
};

/** A change with these fields, its values of this type. */
export function changeShape(has: readonly ChangeField[], valueType: AttributeType = 'string'): EventShape {
  const value = celTypeOf(valueType);
  const types = { type: 'string', name: 'string', rule: 'string', before: value, after: value };
  const fields = Object.fromEntries(has.map((field) => [field, types[field]]));
  return { name: 'Change', fields, valueType, indexable: ['name', 'rule'], view: ChangeView };
}

/** Something was due: there is no more to it. */
export function dueShape(): EventShape {
  return { name: 'Due', fields: { type: 'string' }, valueType: null, indexable: [], view: DueView };
}

export function fieldsOf(event: TriggerView): readonly string[] {
  if (event instanceof DueView) return DUE_FIELDS;
  return event instanceof EventView ? Object.keys(EVENT_FIELDS) : CHANGE_FIELDS;
}
