/** `PUT /v1/contacts`: writes by e-mail address, one contact or many, each a command that its contact decides. */
import { Body, Controller, Inject, Put, Res, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { Pool } from '#adapters/postgres/pool.js';
import { contactById } from '#adapters/postgres/read-models/queries/contacts.js';
import type { Uuid } from '#contracts/ids.js';
import type { WorkspaceKeys } from '#engine/sealing/sealing.js';
import { ApiKeyGuard, FromCaller } from '#platform/auth/api-key.guard.js';
import type { Caller } from '#platform/auth/api-key.js';
import { pending, refusal, statusAddress } from '../commands/answer.js';
import { pendingShown } from '../commands/command-schemas.js';
import { type CommandOutcome, Commands } from '../commands/commands.js';
import { IdempotencyKey, Repeatable } from '../commands/idempotency-key.js';
import { POOL, WORKSPACE_KEYS } from '../dependencies.js';
import { Operation } from '../openapi/answers.js';
import { showContact } from './contact-schemas.js';
import { type ContactWrite, contactOrContacts, upsertOf, writeAnswer } from './contact-writes.js';

@ApiTags('contacts')
@UseGuards(ApiKeyGuard)
@Controller('v1/contacts')
export class ContactWritesController {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(WORKSPACE_KEYS) private readonly keys: WorkspaceKeys,
    private readonly commands: Commands,
  ) {}

  @Operation({
    summary: 'Write a contact by its address, or many at once',
    scope: 'write:contacts',
    answers: { 200: writeAnswer, 202: pendingShown },
    problems: { 409: 'The contact refused it.', 412: 'The contact is at another version than expected.' },
  })
  @Repeatable()
  @Put()
  async write(
    @FromCaller() { workspaceId }: Caller,
    @Body({ schema: contactOrContacts }) body: z.output<typeof contactOrContacts>,
    @IdempotencyKey() key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    if ('contacts' in body) return this.#many(workspaceId, body.contacts, key, reply);
    const [outcome] = await this.#send(workspaceId, [body], key);
    if (outcome === undefined) throw new Error('a command was sent without an outcome');
    if (outcome.state === 'refused') throw refusal(outcome.reason);
    const row = await contactById(this.pool, workspaceId, outcome.command.contactId);
    return outcome.state === 'pending' || row === null ? pending(reply, outcome) : showContact(row);
  }

  async #many(workspaceId: Uuid, writes: readonly ContactWrite[], key: string | undefined, reply: FastifyReply) {
    const outcomes = await this.#send(workspaceId, writes, key);
    if (outcomes.some(({ state }) => state === 'pending')) void reply.code(202);
    const results = outcomes.map((outcome, index) => ({
      email: writes[index]?.email ?? '',
      contactId: outcome.command.contactId,
      state: outcome.state,
      reason: outcome.reason,
      status: statusAddress(outcome),
    }));
    return { results };
  }

  async #send(
    workspaceId: Uuid,
    writes: readonly ContactWrite[],
    key: string | undefined,
  ): Promise<readonly CommandOutcome[]> {
    const secret = await this.keys.secret(workspaceId);
    const commands = writes.map(async (write, index) => {
      const inputId = await this.commands.idFor(workspaceId, key, ['contact_upsert', index, write]);
      return { ...upsertOf(secret, write), inputId, above: 0 };
    });
    return this.commands.send(workspaceId, await Promise.all(commands));
  }
}
