/** Imports as the API keeps them: made once for the same file and wish, filled piece by piece, then run. */
import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type PieceRefused, PostgresImports } from '#adapters/postgres/imports/imports.js';
import type { Pool } from '#adapters/postgres/pool.js';
import { listSources } from '#adapters/postgres/sources/sources.js';
import { deriveId, type Uuid } from '#contracts/ids.js';
import type { Import, ImportKind, ImportWish } from '#engine/imports/import.js';
import type { MasterKey } from '#engine/sealing/sealing.js';
import { Problem } from '#platform/http/problem.js';
import { IMPORT_RUNNER, MASTER_KEY, POOL } from '../dependencies.js';
import type { ImportRunner } from './import-runner.js';

export interface Asked {
  readonly kind: ImportKind;
  readonly sourceId: Uuid | null;
  readonly wish: ImportWish;
  readonly size: number;
  readonly idempotencyKey: string | undefined;
}

/** Bytes of a piece as it is stored: what of a file is in memory at once. */
const PIECE_BYTES = 262_144;

@Injectable()
export class ImportDesk implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #imports: PostgresImports;

  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(MASTER_KEY) masterKey: MasterKey,
    @Inject(IMPORT_RUNNER) private readonly runner: ImportRunner | null,
  ) {
    this.#imports = new PostgresImports(pool, masterKey);
  }

  onApplicationBootstrap(): void {
    this.runner?.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.runner?.stop();
  }

  /** The import of this file and wish: a new one, or the one there is. Throws a Problem: 404 no such source. */
  async ask(workspaceId: Uuid, asked: Asked): Promise<{ readonly made: boolean; readonly shown: Import }> {
    const { kind, sourceId, wish, size } = asked;
    if (sourceId !== null && !(await listSources(this.pool, workspaceId)).some((one) => one.id === sourceId))
      throw new Problem(404, 'Not found', 'This workspace has no source with this id.');
    const id = idOf(workspaceId, asked);
    const made = await this.#imports.create({ workspaceId, id, kind, sourceId, wish, size });
    return { made, shown: await this.one(workspaceId, id) };
  }

  list(workspaceId: Uuid, limit: number): Promise<readonly Import[]> {
    return this.#imports.list(workspaceId, limit);
  }

  async one(workspaceId: Uuid, id: Uuid): Promise<Import> {
    const found = await this.#imports.one(workspaceId, id);
    if (found === null) throw new Problem(404, 'Not found', 'This workspace has no import with this id.');
    return found;
  }

  rejects(workspaceId: Uuid, id: Uuid) {
    return this.#imports.rejects(workspaceId, id);
  }

  /** Stores what comes, from this byte on. What came before a break stays: the next goes on at `received`. */
  async receive(workspaceId: Uuid, id: Uuid, offset: number, body: Readable): Promise<Import> {
    let at = offset;
    for await (const piece of pieces(body)) {
      const added = await this.#imports.add(workspaceId, id, at, piece);
      if ('why' in added) throw refused(added);
      at = added.received;
    }
    this.runner?.wake();
    return this.one(workspaceId, id);
  }
}

function idOf(workspaceId: Uuid, { kind, sourceId, wish, size, idempotencyKey }: Asked): Uuid {
  const { sha256 } = wish;
  if (idempotencyKey === undefined && sha256 === undefined) return randomUUID();
  const map = Object.entries(wish.map ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const said = JSON.stringify([kind, sourceId, size, { ...wish, map }]);
  return deriveId('import of', workspaceId, idempotencyKey ?? '', said);
}

async function* pieces(body: Readable): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    held.push(chunk);
    bytes += chunk.length;
    if (bytes < PIECE_BYTES) continue;
    yield Buffer.concat(held);
    [held, bytes] = [[], 0];
  }
  if (bytes > 0) yield Buffer.concat(held);
}

function refused(refusal: PieceRefused): Problem {
  switch (refusal.why) {
    case 'unknown':
      return new Problem(404, 'Not found', 'This workspace has no import with this id.');
    case 'complete':
      return new Problem(409, 'Conflict', 'The file is here whole already: ask for the state of the import.');
    case 'gone':
      return new Problem(410, 'Gone', 'The import was given up long ago. Ask for a new one.');
    case 'offset':
      return new Problem(
        409,
        'Conflict',
        `The next byte to send is ${refusal.received}: go on with ?offset=${refusal.received}.`,
      );
    case 'too_long':
      return new Problem(
        409,
        'Conflict',
        'The file is longer than it was announced: ask for a new import with its size.',
      );
  }
}
