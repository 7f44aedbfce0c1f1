/** What a process with a bare server is told. */
import type { Appendable } from '#contracts/record.js';
import type { Configuration } from '#platform/configuration/configuration.js';

export interface BareWish {
  readonly configuration: Configuration;
  readonly publicKey: string;
  readonly records: ReadonlyMap<number, readonly Appendable[]>;
}

/** What came from another process is no Buffer any more. */
export function revived(records: BareWish['records']): BareWish['records'] {
  return new Map([...records].map(([events, some]) => [events, some.map(revive)]));
}

function revive(record: Appendable): Appendable {
  return { ...record, sealed: record.sealed === null ? null : Buffer.from(record.sealed) };
}
