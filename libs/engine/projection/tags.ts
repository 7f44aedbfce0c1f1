/** read.contact_tag: one row per contact and tag, beside the contact's own list. Pure. */
import type { ContactRow } from '#contracts/read-models.js';
import type { ContactTag } from './store.js';

/** Tags are found by their first characters: an index entry has a limit. */
export const TAG_CHARACTERS = 200;

interface Change {
  readonly loaded: ContactRow | null;
  readonly contact: ContactRow | null;
}

/** Rows to remove and to add, in key order. */
export function tagChanges(changes: readonly Change[]): { tagsRemoved: ContactTag[]; tagsAdded: ContactTag[] } {
  const tagsRemoved: ContactTag[] = [];
  const tagsAdded: ContactTag[] = [];
  for (const { loaded, contact } of changes) {
    if (contact === null || loaded?.tags === contact.tags) continue;
    const { workspaceId, contactId } = contact;
    const before = cut(loaded?.tags ?? []);
    const after = cut(contact.tags);
    for (const tag of before) if (!after.has(tag)) tagsRemoved.push({ workspaceId, contactId, tag });
    for (const tag of after) if (!before.has(tag)) tagsAdded.push({ workspaceId, contactId, tag });
  }
  tagsRemoved.sort(byKey);
  tagsAdded.sort(byKey);
  return { tagsRemoved, tagsAdded };
}

/** By code points, as Postgres counts characters. */
function cut(tags: readonly string[]): Set<string> {
  return new Set(
    tags.map((tag) => (tag.length <= TAG_CHARACTERS ? tag : Array.from(tag).slice(0, TAG_CHARACTERS).join(''))),
  );
}

function byKey(a: ContactTag, b: ContactTag): number {
  const [left, right] = [`${a.workspaceId}${a.tag}\n${a.contactId}`, `${b.workspaceId}${b.tag}\n${b.contactId}`];
  return left < right ? -1 : left > right ? 1 : 0;
}
