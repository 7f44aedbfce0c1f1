/** An import of contacts: its rows, and the input that each becomes. */
import { linksOf } from '#apps/api/contacts/contact-writes.js';
import { deriveId, type Identity, subjectOf, type Uuid } from '#contracts/ids.js';
import type { Json } from '#contracts/json.js';
import { type ContactWish, EXTERNAL, type WishContext } from '#domain/contact/wish/contact-wish.js';
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

/** `context`: what the workspace declares now. Throws FileError where the columns do not fit. */
export function contactJob(
  wanted: Import,
  { columns, header, delimiter, rows }: Rows,
  parts: JobParts,
  context: WishContext,
): Job {
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
        const read = contactOf(row, { columns: uses, map, context });
        if ('refused' in read) return read;
        const id = deriveId('import', importId, row.line);
        const address = { topic: parts.topic(), key: contactIdOf(secret, read.identity), workspaceId, id, at };
        const input = { ...read.input, data: { ...read.input.data, firesRules: fire } };
        const linked = otherKeys(secret, address.key, read.wish).map(({ key: other, input: link }) =>
          sealInput(link, { ...address, key: other, id: deriveId('import link', id, other) }, key),
        );
        return { inputs: [sealInput(input, address, key)], beside: linked, sample: read.wish as unknown as Json };
      });
    },
  };
}

/** With an address the id in the CRM is one more key of the contact. */
function otherKeys(secret: Buffer, contactId: Uuid, { email, externalId }: ContactWish) {
  if (email === undefined || externalId === undefined) return [];
  return linksOf(secret, contactId, [{ kind: EXTERNAL, value: externalId.trim() }]);
}

function contactIdOf(secret: Buffer, identity: Identity): Uuid {
  return identity.kind === 'contact' ? identity.value : subjectOf(secret, identity);
}

function aboutOf(columns: readonly ColumnUse[] | null, header: string | null, delimiter: string | null): About {
  return {
    ...(columns === null ? {} : { columns }),
    ...(header === null ? {} : { header }),
    ...(delimiter === null ? {} : { delimiter }),
  };
}
