/** A batch's records opened, and cut where publications and unparkings stand: what follows them must see what they did. */
import type { Uuid } from '#contracts/ids.js';
import type { Placed, RulesPublishedInput, UnparkInput } from '#contracts/inputs.js';
import type { LogRecord } from '#contracts/record.js';
import { PoisonError, StopPartitionError } from '#engine/log/errors.js';
import { assertKnownInput, openInput } from '#engine/sealing/input-codec.js';
import type { DataKey, DayPurpose, WorkspaceKeys } from '#engine/sealing/sealing.js';

/** A record with its input, or with why it cannot be read. */
export type Opened =
  | { readonly record: LogRecord; readonly placed: Placed; readonly poison: null }
  | { readonly record: LogRecord; readonly placed: null; readonly poison: PoisonError };

export type Segment =
  | { readonly kind: 'inputs'; readonly inputs: readonly Opened[] }
  | { readonly kind: 'publication'; readonly placed: Placed<RulesPublishedInput> }
  | { readonly kind: 'unpark'; readonly placed: Placed<UnparkInput>; readonly contactId: Uuid };

/** The records before the first that this process may not judge, and the reason to stop there, if any. */
export function knownPrefix(records: readonly LogRecord[]): {
  readonly known: readonly LogRecord[];
  readonly stop: StopPartitionError | null;
} {
  for (const [index, record] of records.entries()) {
    try {
      assertKnownInput(record);
    } catch (error) {
      if (error instanceof StopPartitionError) return { known: records.slice(0, index), stop: error };
      throw error;
    }
  }
  return { known: records, stop: null };
}

/** The key a record was sealed under. Throws the PoisonError of a destroyed one. */
export interface RecordKeys {
  of(workspaceId: Uuid, at: number): DataKey | null;
}

/** Daily keys of one batch: each asked for once. A destroyed one is poison for what it sealed. */
export class DayKeys implements RecordKeys {
  readonly #keys = new Map<string, DataKey | PoisonError>();

  constructor(
    private readonly workspaces: WorkspaceKeys,
    private readonly purpose: DayPurpose = 'engagements',
  ) {}

  /** Also of records without personal data: what is decided on them may send some. */
  async prepare(records: readonly Pick<LogRecord, 'workspaceId' | 'at'>[]): Promise<void> {
    for (const { workspaceId, at } of records) {
      const name = nameOf(workspaceId, at);
      if (this.#keys.has(name)) continue;
      try {
        this.#keys.set(name, await this.workspaces.daily(workspaceId, at, this.purpose));
      } catch (error) {
        if (!(error instanceof PoisonError)) throw error;
        this.#keys.set(name, error);
      }
    }
  }

  /** Null for a key that was not prepared. */
  of(workspaceId: Uuid, at: number): DataKey | null {
    const key = this.#keys.get(nameOf(workspaceId, at)) ?? null;
    if (key instanceof PoisonError) throw key;
    return key;
  }
}

const DAY = 86_400_000;
const nameOf = (workspaceId: Uuid, at: number): string => `${workspaceId}${Math.floor(at / DAY)}`;

/** Opens one record; `keys` must be prepared for it. Throws StopPartitionError, never PoisonError. */
export function open(record: LogRecord, keys: RecordKeys): Opened {
  try {
    const key = record.sealed === null ? null : keys.of(record.workspaceId, record.at);
    const input = openInput(record, key);
    if ((record.key === null) !== (input.type === 'rules_published'))
      throw new PoisonError(`an input ${input.type} ${record.key === null ? 'without' : 'with'} a key`);
    const { id, workspaceId, at: recordedAt, topic, partition, position } = record;
    const placed: Placed = { input, id, workspaceId, key: record.key, recordedAt, topic, partition, position };
    return { record, placed, poison: null };
  } catch (error) {
    if (error instanceof PoisonError) return { record, placed: null, poison: error };
    throw error;
  }
}

/** In log order. */
export function segmentsOf(opened: readonly Opened[]): readonly Segment[] {
  const segments: Segment[] = [];
  let inputs: Opened[] = [];
  const cut = (segment: Segment): void => {
    if (inputs.length > 0) segments.push({ kind: 'inputs', inputs });
    inputs = [];
    segments.push(segment);
  };
  for (const one of opened) {
    const { placed } = one;
    if (placed?.input.type === 'rules_published')
      cut({ kind: 'publication', placed: placed as Placed<RulesPublishedInput> });
    else if (placed?.input.type === 'unpark' && placed.key !== null)
      cut({ kind: 'unpark', placed: placed as Placed<UnparkInput>, contactId: placed.key });
    else inputs.push(one);
  }
  if (inputs.length > 0) segments.push({ kind: 'inputs', inputs });
  return segments;
}
