/** `/v1/keys`: API keys of the workspace. A key's text is shown once, when it is made. */
import { Body, Controller, Delete, Get, Inject, Param, Post, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import type { Pool } from '#adapters/postgres/pool.js';
import {
  type ApiKeyRow,
  expireApiKey,
  insertApiKey,
  listApiKeys,
  revokeApiKey,
} from '#adapters/postgres/registry/api-keys.js';
import type { Uuid } from '#contracts/ids.js';
import { ApiKeyGuard, FromCaller } from '#platform/auth/api-key.guard.js';
import { type Caller, createApiKey, SCOPES } from '#platform/auth/api-key.js';
import { Problem } from '#platform/http/problem.js';
import { CLOCK, POOL } from '../dependencies.js';
import { IdInPath, Operation } from '../openapi/answers.js';
import { id, iso, isoOrNull, time } from '../openapi/fields.js';

const HOUR_MS = 3_600_000;
const name = z.string().trim().min(1).max(100);

const keyWanted = z
  .strictObject({ name, scopes: z.array(z.enum(SCOPES, `Expected one of ${SCOPES.join(', ')}`)).min(1) })
  .meta({ id: 'NewKey' });
const rotationWanted = z
  .strictObject({ overlapHours: z.number().min(0).max(720).default(24).describe('How long the old key still works.') })
  .meta({ id: 'KeyRotation' });

const keyShown = z
  .object({
    id,
    name: z.string(),
    prefix: z.string().describe('By which people tell keys apart.'),
    scopes: z.array(z.string()),
    createdAt: time,
    expiresAt: time.nullable(),
    revokedAt: time.nullable(),
  })
  .meta({ id: 'Key' });
const keyMade = keyShown.extend({ key: z.string().describe('Shown this once.') }).meta({ id: 'MadeKey' });

@ApiTags('keys')
@UseGuards(ApiKeyGuard)
@Controller('v1/keys')
export class KeysController {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: () => number,
  ) {}

  @Operation({
    summary: 'Keys of this workspace',
    scope: 'admin',
    answers: { 200: z.object({ items: z.array(keyShown) }) },
  })
  @Get()
  async list(@FromCaller() { workspaceId }: Caller) {
    const rows = await listApiKeys(this.pool, workspaceId);
    return { items: rows.map(show) };
  }

  @Operation({ summary: 'Make a key', scope: 'admin', answers: { 201: keyMade } })
  @Post()
  async create(@FromCaller() { workspaceId }: Caller, @Body({ schema: keyWanted }) wish: z.output<typeof keyWanted>) {
    return this.#make(workspaceId, wish);
  }

  @Operation({
    summary: 'Make a successor with the same scopes; the old key works on for a while',
    scope: 'admin',
    answers: { 201: keyMade },
    problems: { 404: 'No such key in force.' },
  })
  @IdInPath('keyId', 'Id of the key.')
  @Post(':keyId/rotate')
  async rotate(
    @FromCaller() { workspaceId }: Caller,
    @Param('keyId', { schema: id }) keyId: Uuid,
    @Body({ schema: rotationWanted }) { overlapHours }: z.output<typeof rotationWanted>,
  ) {
    const old = await expireApiKey(this.pool, workspaceId, keyId, this.clock() + overlapHours * HOUR_MS);
    if (old === null) throw unknown();
    return this.#make(workspaceId, { name: old.name, scopes: old.scopes });
  }

  @Operation({
    summary: 'Revoke a key at once',
    scope: 'admin',
    answers: { 200: keyShown },
    problems: { 404: 'No such key in force.' },
  })
  @IdInPath('keyId', 'Id of the key.')
  @Delete(':keyId')
  async revoke(@FromCaller() { workspaceId }: Caller, @Param('keyId', { schema: id }) keyId: Uuid) {
    const row = await revokeApiKey(this.pool, workspaceId, keyId);
    if (row === null) throw unknown();
    return show(row);
  }

  async #make(workspaceId: Uuid, wish: { readonly name: string; readonly scopes: readonly string[] }) {
    const { text, hash, prefix } = createApiKey();
    const row = await insertApiKey(this.pool, workspaceId, { ...wish, hash, prefix });
    return { ...show(row), key: text };
  }
}

function show({ id, name, prefix, scopes, createdAt, expiresAt, revokedAt }: ApiKeyRow): z.infer<typeof keyShown> {
  const times = { createdAt: iso(createdAt), expiresAt: isoOrNull(expiresAt), revokedAt: isoOrNull(revokedAt) };
  return { id, name, prefix, scopes: [...scopes], ...times };
}

function unknown(): Problem {
  return new Problem(404, 'Not found', 'This workspace has no such key in force.');
}
