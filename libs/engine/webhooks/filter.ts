/** Which changes a subscription is told. Pure. */
import type { JsonObject } from '#contracts/json.js';
import type { ContactRow } from '#contracts/read-models.js';

/** Everything that is given must hold; of the values of one, any. Empty: every change. */
export interface ChangeFilter {
  /** Changed fields: names of the contact's fields, `attributes` (any) or `attributes.NAME`. */
  readonly fields?: readonly string[] | undefined;
  /** Of the contact as it is now. */
  readonly tags?: readonly string[] | undefined;
  readonly stages?: readonly string[] | undefined;
  readonly suppressed?: boolean | undefined;
}

/** What a filter looks at. */
export interface Filtered {
  /** `{field: [before, after]}`; null: what changed is not known (rebuilt, or erased since). */
  readonly changed: JsonObject | null;
  /** Null: there is no such contact any more. */
  readonly contact: Pick<ContactRow, 'tags' | 'stage' | 'suppressed'> | null;
}

/** A change of which it is not known what changed passes `fields`: told once too often is better than not at all. */
export function passes({ fields, tags, stages, suppressed }: ChangeFilter, { changed, contact }: Filtered): boolean {
  if (fields !== undefined && changed !== null && !Object.keys(changed).some((name) => isNamed(fields, name)))
    return false;
  if (contact === null) return tags === undefined && stages === undefined && suppressed === undefined;
  if (tags !== undefined && !tags.some((tag) => contact.tags.includes(tag))) return false;
  if (stages !== undefined && (contact.stage === null || !stages.includes(contact.stage))) return false;
  return suppressed === undefined || suppressed === contact.suppressed;
}

function isNamed(fields: readonly string[], name: string): boolean {
  return fields.includes(name) || (name.startsWith('attributes.') && fields.includes('attributes'));
}
