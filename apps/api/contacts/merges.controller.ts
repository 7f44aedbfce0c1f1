/** `POST /v1/contacts/{id}/merge`: two contacts become one by asking (docs/adr/0009), and stay one. */
import { setTimeout as delay } from 'node:timers/promises';
import { Body, Controller, Inject, Param, Post, Res, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { Pool } from '#adapters/postgres/pool.js';
import { contactOf } from '#adapters/postgres/read-models/queries/contacts.js';
import type { Uuid } from '#contracts/ids.js';
import type { ContactRow } from '#contracts/read-models.js';
import { ApiKeyGuard, FromCaller } from '#platform/auth/api-key.guard.js';
import type { Caller } from '#platform/auth/api-key.js';
import { Problem } from '#platform/http/problem.js';
import { invalid } from '#platform/http/validation.js';
import { pending, refusal } from '../commands/answer.js';
import { pendingShown } from '../commands/command-schemas.js';
import { Commands } from '../commands/commands.js';
import { IdempotencyKey } from '../commands/idempotency-key.js';
import { POOL } from '../dependencies.js';
import { IdInPath, Operation } from '../openapi/answers.js';
import { id } from '../openapi/fields.js';
import { Conditional, IfMatch } from '../sources/if-match.js';
import { contactShown, etagOf, mergeAsked, showContact } from './contact-schemas.js';

/** How long the contact that takes in may lag behind the one that joined. */
const WAIT_MS = 1_000;
const LOOK_MS = 50;

const STAYS_ONE =
  'Contacts stay one once they are merged: what was decided of the one cannot be parted into what two would have decided. Correct the one contact with PATCH; its timeline says under which key each event came.';

@ApiTags('contacts')
@UseGuards(ApiKeyGuard)
@Controller('v1/contacts')
export class MergesController {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    private readonly commands: Commands,
  ) {}

  @Operation({
    summary: 'Make a contact part of another: that one has what both had, and keeps its id. It cannot be undone',
    scope: 'write:contacts',
    answers: { 200: contactShown, 202: pendingShown },
    problems: {
      404: 'One of them is not there, or was deleted.',
      409: 'The contact refused it: it is being merged already, or the other may have no more aliases.',
      412: 'The contact is at another version than expected.',
    },
  })
  @Conditional()
  @IdInPath('contactId', 'Id of the contact that becomes part of the other.')
  @Post(':contactId/merge')
  async merge(
    @FromCaller() { workspaceId }: Caller,
    @Param('contactId', { schema: id }) contactId: Uuid,
    @Body({ schema: mergeAsked }) { into }: z.output<typeof mergeAsked>,
    @IdempotencyKey() key: string | undefined,
    @IfMatch() ifMatch: number | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    if (contactId === into)
      throw invalid('body', [{ field: 'body.into', problem: 'This is the contact itself: name the other one' }]);
    const [from, other] = await Promise.all([this.#there(workspaceId, contactId), this.#there(workspaceId, into)]);
    // A repeat, or the two were learned to be one meanwhile.
    if (from.contactId === other.contactId) return this.#shown(other, reply);
    const data = {
      to: other.contactId,
      command: true,
      ...(ifMatch === null ? {} : { expectedVersion: ifMatch }),
    } as const;
    const inputId = await this.commands.idFor(workspaceId, key, ['merge', contactId, into, ifMatch]);
    const command = {
      contactId: from.contactId,
      inputId,
      input: { type: 'link', v: 1, data, pii: {} },
      above: 0,
    } as const;
    const [outcome] = await this.commands.send(workspaceId, [command]);
    if (outcome === undefined) throw new Error('a command was sent without an outcome');
    if (outcome.state === 'refused' && outcome.reason !== 'same_contact') throw refusal(outcome.reason);
    const joined = outcome.state === 'pending' ? null : await this.#joined(workspaceId, from.contactId);
    return joined === null ? pending(reply, outcome) : this.#shown(joined, reply);
  }

  @Operation({
    summary: 'Refused: contacts stay one once they are merged; the answer says what to do instead',
    scope: 'write:contacts',
    answers: {},
    problems: { 404: 'No such contact.', 409: STAYS_ONE },
  })
  @IdInPath('contactId', 'Id of the contact.')
  @Post(':contactId/unmerge')
  async unmerge(
    @FromCaller() { workspaceId }: Caller,
    @Param('contactId', { schema: id }) contactId: Uuid,
  ): Promise<never> {
    await this.#there(workspaceId, contactId);
    throw new Problem(409, 'Conflict', STAYS_ONE);
  }

  /** The contact that the id leads to. Throws a 404 Problem where there is none, or it was deleted. */
  async #there(workspaceId: Uuid, contactId: Uuid): Promise<ContactRow> {
    const row = await contactOf(this.pool, workspaceId, contactId);
    if (row === null || row.deleted)
      throw new Problem(404, 'Not found', `This workspace has no contact ${contactId}, or it was deleted.`);
    return row;
  }

  /** The contact that shows the other as part of it; null when it does not in time. */
  async #joined(workspaceId: Uuid, alias: Uuid): Promise<ContactRow | null> {
    const deadline = performance.now() + WAIT_MS;
    for (;;) {
      const row = await contactOf(this.pool, workspaceId, alias);
      if (row?.aliases.includes(alias)) return row;
      if (performance.now() + LOOK_MS > deadline) return null;
      await delay(LOOK_MS);
    }
  }

  #shown(row: ContactRow, reply: FastifyReply) {
    void reply.header('etag', etagOf(row)).header('content-location', `/v1/contacts/${row.contactId}`);
    return showContact(row);
  }
}
