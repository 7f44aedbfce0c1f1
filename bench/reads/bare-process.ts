/** What the reads are measured against: the least HTTP server that asks the same SQL by the same driver and answers the rows as JSON. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPool, type Pool } from '#adapters/postgres/pool.js';
import { listContacts } from '#adapters/postgres/read-models/queries/contact-list.js';
import { contactOf } from '#adapters/postgres/read-models/queries/contacts.js';
import { timelinePage } from '#adapters/postgres/read-models/queries/timeline.js';
import { serve } from '../world/child.js';
import { LISTS, PAGE } from './questions.js';

export interface BareReads {
  readonly databaseUrl: string;
  readonly workspaceId: string;
}

let pool: Pool | null = null;
let server: Server | null = null;

async function answer(from: Pool, workspaceId: string, url: string): Promise<unknown> {
  const [, , , id, more] = (url.split('?', 1)[0] ?? '').split('/');
  if (more !== undefined)
    return timelinePage(from, workspaceId, { contactId: id ?? '', aliases: [] }, { before: null, limit: PAGE + 1 });
  if (id !== undefined) return contactOf(from, workspaceId, id);
  const query = url.slice(url.indexOf('?') + 1).replace(/^limit=\d+&?/, '');
  const asked = LISTS.find((one) => one.query === query);
  if (asked === undefined) throw new Error(`nobody asks ${url}`);
  return listContacts(from, workspaceId, asked.filter, { sort: asked.sort, after: null, limit: PAGE + 1 });
}

serve(
  {
    /** Answers the address it listens on. */
    open({ databaseUrl, workspaceId }: BareReads): Promise<string> {
      const from = createPool(databaseUrl, { role: 'bare', max: 24 });
      pool = from;
      const made = createServer((request, response) => {
        answer(from, workspaceId, request.url ?? '').then(
          (rows) => {
            const body = JSON.stringify(rows);
            response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
            response.end(body);
          },
          (error: unknown) => response.writeHead(500).end(String(error)),
        );
      });
      server = made;
      return new Promise((resolve) => {
        made.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(made.address() as AddressInfo).port}`));
      });
    },
  },
  async () => {
    server?.close();
    server?.closeAllConnections();
    await pool?.end();
  },
);
