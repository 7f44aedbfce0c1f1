/** What templates are rendered over: plain data, taken from the views at the moment of the decision. */
import type { Json } from '#contracts/json.js';
import { storedValue } from '../attributes/declaration.js';
import { type AttributeType, partsOfType } from '../attributes/type.js';
import { CONTACT_FIELDS, type ContactView } from '../condition/contact-view.js';
import { fieldsOf, type TriggerView } from '../condition/event-shape.js';

export interface TemplateValues {
  readonly contact: { readonly [field: string]: unknown };
  readonly event: { readonly [field: string]: unknown };
  readonly rule: { readonly name: string; readonly description: string };
}

export function templateValues(contact: ContactView, event: TriggerView, rule: TemplateValues['rule']): TemplateValues {
  return {
    rule,
    event: shown(fieldsOf(event), event),
    contact: { ...shown(Object.keys(CONTACT_FIELDS), contact), attributes: attributesOf(contact) },
  };
}

/** As stored, and those with several names under each of them. */
function attributesOf({ types, facts: { attributes } }: ContactView): { readonly [name: string]: Json } {
  const renamed = Object.keys(types).flatMap((name) => {
    const parts = partsOfType(types[name] as AttributeType);
    const value = parts.storedAs.length === 0 ? undefined : storedValue(parts, name, attributes);
    return value === undefined ? [] : [[name, value] as const];
  });
  return renamed.length === 0 ? attributes : { ...attributes, ...Object.fromEntries(renamed) };
}

function shown(fields: readonly string[], view: object): { [field: string]: unknown } {
  const values = view as { readonly [field: string]: unknown };
  return Object.fromEntries(fields.map((name) => [name, simple(values[name])]));
}

function simple(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(simple);
  if (!(value instanceof Map)) return value;
  return Object.fromEntries([...value].map(([name, one]) => [name, simple(one)]));
}
