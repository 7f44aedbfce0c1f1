/** Inputs on `engagements` ↔ log records: personal data sealed under the workspace's daily key of `at`, bound to the record's id. */
import type { Uuid } from '#contracts/ids.js';
import { INPUT_VERSIONS, type Input, isBare } from '#contracts/inputs.js';
import type { Json, JsonObject } from '#contracts/json.js';
import type { Appendable, LogRecord } from '#contracts/record.js';
import { PoisonError, StopPartitionError } from '#engine/log/errors.js';
import type { DataKey } from './sealing.js';

/** Address and time of an input to append; `partition` only where `key` is null. */
export interface InputAddress {
  readonly topic: string;
  readonly key: Uuid | null;
  readonly partition?: number;
  readonly workspaceId: Uuid;
  readonly id: Uuid;
  /** Milliseconds: when it is recorded. */
  readonly at: number;
}

/** A record to append. `key`: the workspace's daily key of `at`; it may be null for an input without personal data. */
export function sealInput(input: Input, address: InputAddress, key: DataKey | null): Appendable {
  if (input.pii !== null && key === null) throw new Error(`an input ${input.type} needs a key to be sealed under`);
  const sealed = input.pii === null || key === null ? null : key.seal(input.pii as unknown as Json, address.id);
  return { ...address, type: input.type, v: input.v, data: input.data as unknown as JsonObject, sealed };
}

/** Throws StopPartitionError on a type or version of ours that this process does not know: an older process never judges it. */
export function assertKnownInput(record: Pick<LogRecord, 'type' | 'v' | 'position'>): void {
  const known = (INPUT_VERSIONS as Readonly<Record<string, number | undefined>>)[record.type];
  if (known === undefined || !Object.hasOwn(INPUT_VERSIONS, record.type))
    throw new StopPartitionError(`input type ${record.type} at position ${record.position} is unknown to this version`);
  if (record.v > known || record.v < 1)
    throw new StopPartitionError(
      `input ${record.type} v${record.v} at position ${record.position} is unknown to this version, which reads up to v${known}`,
    );
}

/** Opens a record. Throws StopPartitionError on an unknown type or version, PoisonError on bytes that do not open or fit. */
export function openInput(record: LogRecord, key: DataKey | null): Input {
  assertKnownInput(record);
  if (typeof record.data !== 'object' || record.data === null) throw new PoisonError('an input without data');
  const pii = record.sealed === null ? null : openPii(record.sealed, record.id, key);
  if ((pii === null) !== isBare(record.type))
    throw new PoisonError(`an input ${record.type} ${pii === null ? 'lacks' : 'may not have'} personal data`);
  return { type: record.type, v: record.v, data: record.data, pii } as unknown as Input;
}

function openPii(sealed: Buffer, id: Uuid, key: DataKey | null): JsonObject {
  if (key === null) throw new PoisonError('sealed bytes without a key to open them');
  const pii = key.open(sealed, id);
  if (typeof pii !== 'object' || pii === null || Array.isArray(pii))
    throw new PoisonError('sealed bytes do not hold an object');
  return pii as JsonObject;
}
