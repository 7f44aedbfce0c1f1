/**
 * Decides again what is parked of a contact, oldest first, up to the first that still cannot be decided. So many at a time; what is left
 * then is asked for by an unparking of ours, and whatever comes meanwhile queues behind it.
 */
import { deriveId, type Uuid } from '#contracts/ids.js';
import type { Placed, UnparkInput } from '#contracts/inputs.js';
import type { Appendable } from '#contracts/record.js';
import { sealInput } from '#engine/sealing/input-codec.js';
import type { DataKey } from '#engine/sealing/sealing.js';
import type { Opened } from './opened.js';
import { openOrNull, openParked, sealError } from './parking.js';
import { NOTHING, prepare, type SegmentContext } from './segment-context.js';
import type { Changes, ParkedChange, ParkedInput } from './store.js';

/** A transaction stays short, and what it holds in memory bounded. */
export const UNPARKED_AT_ONCE = 200;

interface Waiting {
  readonly row: ParkedInput;
  readonly opened: Opened;
}

/**
 * With `discard`, what could not be decided is dropped (it stays `parked` in the books) and what queued behind it is decided. The same
 * input again does nothing: it must not reach what was parked since.
 */
export async function unpark<State, Rules>(
  context: SegmentContext<State, Rules>,
  placed: Placed<UnparkInput>,
  contactId: Uuid,
): Promise<Changes> {
  const { lane, unit, parts } = context;
  const { workspaceId } = placed;
  const lookups = parts.decider.lookups(placed);
  const asked = lookups.flatMap(({ key, months }) => months.map((month) => ({ workspaceId, key, month })));
  const { contacts, seen } = await unit.load([{ workspaceId, contactId }], asked);
  if (seen.length > 0) return { ...NOTHING, lane };
  const changes = await decideParked(context, placed, contactId, contacts[0]?.wrappedKey ?? null);
  return {
    ...changes,
    seen: [...changes.seen, ...lookups.map(({ key, writeTo: month }) => ({ workspaceId, key, month }))],
  };
}

async function decideParked<State, Rules>(
  context: SegmentContext<State, Rules>,
  placed: Placed<UnparkInput>,
  contactId: Uuid,
  wrapped: Buffer | null,
): Promise<Changes> {
  const { unit, parts, lane, dayKeys } = context;
  const { workspaceId } = placed;
  const rows = await unit.parked({ workspaceId, contactId }, UNPARKED_AT_ONCE);
  const key = wrapped === null ? null : openOrNull(() => parts.keys.contacts.open(workspaceId, contactId, wrapped));
  if (rows.length === 0 || key === null) return { ...NOTHING, lane };
  await dayKeys.prepare(rows);
  const waiting = rows.map((row) => ({ row, opened: openParked(row, key, dayKeys) }));
  return decideWaiting(context, placed, key, waiting);
}

async function decideWaiting<State, Rules>(
  context: SegmentContext<State, Rules>,
  placed: Placed<UnparkInput>,
  key: DataKey,
  waiting: readonly Waiting[],
): Promise<Changes> {
  const work = await prepare(
    context,
    waiting.map((one) => one.opened),
  );
  const contact = work.contact(placed.workspaceId, placed.key as Uuid);
  const unparked: ParkedChange[] = [];
  let blocked = false;
  for (const { row, opened } of waiting) {
    if (row.type === 'unpark' || (placed.input.data.discard === true && row.reason === 'poison')) {
      unparked.push(changed(row, 'discarded', row.reason, row.errorSealed));
    } else if (blocked) {
      unparked.push(changed(row, 'parked', 'behind', null));
    } else {
      await work.refoldFor(context.unit, opened);
      const poison = work.decide(opened, contact, placed);
      blocked = poison !== null;
      if (poison === null) work.unbook(opened);
      unparked.push(
        poison === null
          ? changed(row, 'replayed', row.reason, row.errorSealed)
          : changed(row, 'parked', 'poison', sealError(poison, row.id, key)),
      );
    }
  }
  const changes = work.changes({ unparked });
  if (blocked || waiting.length < UNPARKED_AT_ONCE) return changes;
  return { ...changes, forwards: [...changes.forwards, theNext(placed)] };
}

/** It discards nothing: what was to be dropped stood first. */
function theNext({ topic, key, workspaceId, id, recordedAt: at }: Placed<UnparkInput>): Appendable {
  const next: UnparkInput = { type: 'unpark', v: 1, data: {}, pii: null };
  return sealInput(next, { topic, key, workspaceId, id: deriveId('unpark', id), at }, null);
}

function changed(
  { topic, partition, position, workspaceId }: ParkedInput,
  state: ParkedChange['state'],
  reason: ParkedChange['reason'],
  errorSealed: Buffer | null,
): ParkedChange {
  return { topic, partition, position, workspaceId, state, reason, errorSealed };
}
