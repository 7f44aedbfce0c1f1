/** An import of contacts: its rows, and the input that each becomes. */
import { upsertOf } from '#apps/api/contacts/contact-writes.js';
import { deriveId } from '#contracts/ids.js';
import type { Json } from '#contracts/json.js';
import type { Import } from '#engine/imports/import.js';
import type { About, ColumnUse } from '#engine/imports/progress.js';
import type { Rows } from '#engine/imports/row.js';
import type { ImportJob } from '#engine/imports/run-import.js';
import { sealInput } from '#engine/sealing/input-codec.js';
import type { WorkspaceKeys } from '#engine/sealing/sealing.js';
import { columnsOf } from './columns.js';
import { contactOf } from './contact-row.js';

export interface JobParts {
  readonly keys: WorkspaceKeys;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Topic of inputs with its generation. */
  readonly topic: () => string;
}

export type Job = Pick<ImportJob, 'rows' | 'make'> & { readonly about: About };

/** Throws FileError where the columns do not fit. */
export function contactJob(wanted: Import, { columns, header, delimiter, rows }: Rows, parts: JobParts): Job {
  const { map = {}, fire = false } = wanted.wish;
  const uses = columns === null ? null : columnsOf(columns, map);
  return {
    rows,
    about: aboutOf(uses, header, delimiter),
    make: async (chunk) => {
      const { workspaceId, id: importId } = wanted;
      const at = parts.clock();
      const secret = await parts.keys.secret(workspaceId);
      const key = await parts.keys.daily(workspaceId, at, 'engagements');
      return chunk.map((row) => {
        const read = contactOf(row, uses, map);
        if ('refused' in read) return read;
        const { contactId, input } = upsertOf(secret, read.write);
        const id = deriveId('import', importId, row.line);
        const address = { topic: parts.topic(), key: contactId, workspaceId, id, at };
        const marked = { ...input, data: { ...input.data, firesRules: fire } };
        return { inputs: [sealInput(marked, address, key)], sample: read.write as unknown as Json };
      });
    },
  };
}

function aboutOf(columns: readonly ColumnUse[] | null, header: string | null, delimiter: string | null): About {
  return {
    ...(columns === null ? {} : { columns }),
    ...(header === null ? {} : { header }),
    ...(delimiter === null ? {} : { delimiter }),
  };
}
