/** The last good copy of the sources: with it ingest starts and goes on while the database is away. */
import type { Json } from '#contracts/json.js';

export interface SourceCopy {
  /** Null when there is none yet, or one that cannot be opened. */
  load(): Promise<Json | null>;
  save(value: Json): Promise<void>;
}
