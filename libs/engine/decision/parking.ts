/** Inputs set aside: re-sealed under the contact's key, because the daily key they came under will be destroyed. */
import type { Json } from '#contracts/json.js';
import type { LogRecord } from '#contracts/record.js';
import { PoisonError } from '#engine/log/errors.js';
import type { DataKey } from '#engine/sealing/sealing.js';
import { type Opened, open, type RecordKeys } from './opened.js';
import type { ParkedInput } from './store.js';

/** Bytes that the daily key did not open are kept as they came, sealed once more. */
const unopened = (id: string): string => `${id}:unopened`;
const errorPlace = (id: string): string => `${id}:error`;

/** A row to park. `key`: the contact's; null for an input of no contact, or of one whose key does not open: its bytes stay as they came. */
export function parkedInput(
  opened: Opened,
  key: DataKey | null,
  reason: ParkedInput['reason'],
  error: unknown,
): ParkedInput {
  const { topic, partition, position, workspaceId, id, type, v, at, data, sealed } = opened.record;
  return {
    ...{ topic, partition, position, workspaceId, id, type, v, at, data },
    contactId: opened.record.key,
    sealed: key === null || sealed === null ? sealed : reseal(opened, sealed, key),
    reason,
    errorSealed: key === null ? null : sealError(error, id, key),
  };
}

function reseal({ record, placed }: Opened, sealed: Buffer, key: DataKey): Buffer {
  return placed === null
    ? key.sealBytes(sealed, unopened(record.id))
    : key.seal(placed.input.pii as unknown as Json, record.id);
}

/** Why an input could not be decided, for the operator; null where there is nothing to say. */
export function sealError(error: unknown, id: string, key: DataKey): Buffer | null {
  if (error === null || error === undefined) return null;
  return key.seal(error instanceof Error ? `${error.name}: ${error.message}` : String(error), errorPlace(id));
}

/** The text of a sealed error. */
export function openError(sealed: Buffer, id: string, key: DataKey): string {
  return String(key.open(sealed, errorPlace(id)));
}

/** The record that was parked, as it stood on the log; `sealed` as it is in the row. */
export function recordOf(row: ParkedInput): LogRecord {
  const { topic, partition, position, workspaceId, id, type, v, at, data, sealed } = row;
  return { topic, partition, position, workspaceId, id, type, v, at, data, sealed, key: row.contactId };
}

/** Opens a parked row again; `dayKeys` must be prepared for it in case it never opened. */
export function openParked(row: ParkedInput, key: DataKey, dayKeys: RecordKeys): Opened {
  const record = recordOf(row);
  if (row.sealed === null) return open(record, dayKeys);
  const sealed = openOrNull(() => key.openBytes(row.sealed as Buffer, unopened(row.id)));
  if (sealed !== null) return open({ ...record, sealed }, dayKeys);
  const resealed = open(record, { of: () => key });
  if (resealed.poison === null) return resealed;
  const asItCame = open(record, dayKeys);
  return asItCame.poison === null ? asItCame : resealed;
}

/** What opens; null where it is poison. */
export function openOrNull<T>(openIt: () => T): T | null {
  try {
    return openIt();
  } catch (error) {
    if (error instanceof PoisonError) return null;
    throw error;
  }
}
