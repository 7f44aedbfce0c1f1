/** Writes of contacts, one or many, each a command that its contact decides. */
import { Body, Controller, Delete, Inject, Param, Patch, Put, Res, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { Pool } from '#adapters/postgres/pool.js';
import { contactOf, ownersOf } from '#adapters/postgres/read-models/queries/contacts.js';
import type { Uuid } from '#contracts/ids.js';
import type { WishProblem } from '#domain/contact/wish/contact-wish.js';
import type { WorkspaceKeys } from '#engine/sealing/sealing.js';
import { ApiKeyGuard, FromCaller } from '#platform/auth/api-key.guard.js';
import type { Caller } from '#platform/auth/api-key.js';
import { invalid } from '#platform/http/validation.js';
import { pending, refusal, statusAddress } from '../commands/answer.js';
import { commandShown, pendingShown } from '../commands/command-schemas.js';
import { type Command, type CommandOutcome, Commands } from '../commands/commands.js';
import { IdempotencyKey } from '../commands/idempotency-key.js';
import { Declarations } from '../declarations/declarations.js';
import { POOL, WORKSPACE_KEYS } from '../dependencies.js';
import { IdInPath, Operation } from '../openapi/answers.js';
import { id } from '../openapi/fields.js';
import { Conditional, IfMatch } from '../sources/if-match.js';
import { contactShown, deletionAsked, etagOf, showContact } from './contact-schemas.js';
import {
  type ContactWrite,
  changeOf,
  commandOf,
  contactChange,
  contactOrContacts,
  type WriteCommand,
  writeAnswer,
  type writeResult,
} from './contact-writes.js';

const REFUSALS = { 409: 'The contact refused it.', 412: 'The contact is at another version than expected.' };
const OF_ONE = { ...REFUSALS, 404: 'No such contact, or it was deleted.' };

type Asked = WriteCommand | { readonly problems: readonly WishProblem[] };

@ApiTags('contacts')
@UseGuards(ApiKeyGuard)
@Controller('v1/contacts')
export class ContactWritesController {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(WORKSPACE_KEYS) private readonly keys: WorkspaceKeys,
    private readonly commands: Commands,
    private readonly declarations: Declarations,
  ) {}

  @Operation({
    summary:
      'Write a contact by its address or its id in the CRM, or up to 1,000 at once, each with an outcome of its own',
    scope: 'write:contacts',
    answers: { 200: writeAnswer, 202: pendingShown },
    problems: REFUSALS,
  })
  @Conditional()
  @Put()
  async write(
    @FromCaller() { workspaceId }: Caller,
    @Body({ schema: contactOrContacts }) body: z.output<typeof contactOrContacts>,
    @IdempotencyKey() key: string | undefined,
    @IfMatch() ifMatch: number | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const context = await this.declarations.wishContext(workspaceId);
    const secret = await this.keys.secret(workspaceId);
    if ('contacts' in body) {
      if (ifMatch !== null) throw invalid('header', [{ field: 'header.if-match', problem: ONE_BY_ONE }]);
      const asked = body.contacts.map((one) => commandOf(secret, one, context));
      return this.#many(workspaceId, body.contacts, asked, key, reply);
    }
    return this.#one(workspaceId, commandOf(secret, expecting(body, ifMatch), context), key, reply);
  }

  @Operation({
    summary: 'Change a contact that is there',
    scope: 'write:contacts',
    answers: { 200: contactShown, 202: pendingShown },
    problems: OF_ONE,
  })
  @Conditional()
  @IdInPath('contactId', 'Id of the contact.')
  @Patch(':contactId')
  async change(
    @FromCaller() { workspaceId }: Caller,
    @Param('contactId', { schema: id }) contactId: Uuid,
    @Body({ schema: contactChange }) body: z.output<typeof contactChange>,
    @IdempotencyKey() key: string | undefined,
    @IfMatch() ifMatch: number | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const owner = await this.#there(workspaceId, contactId);
    const context = await this.declarations.wishContext(workspaceId);
    const secret = await this.keys.secret(workspaceId);
    return this.#one(workspaceId, changeOf(secret, owner, expecting(body, ifMatch), context), key, reply);
  }

  @Operation({
    summary: 'Forget a contact: its profile is gone until it is written anew; what is suppressed stays so',
    scope: 'write:contacts',
    answers: { 200: commandShown, 202: pendingShown },
    problems: OF_ONE,
  })
  @Conditional()
  @IdInPath('contactId', 'Id of the contact.')
  @Delete(':contactId')
  async forget(
    @FromCaller() { workspaceId }: Caller,
    @Param('contactId', { schema: id }) asked: Uuid,
    @Body({ schema: deletionAsked }) body: z.output<typeof deletionAsked>,
    @IdempotencyKey() key: string | undefined,
    @IfMatch() ifMatch: number | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const contactId = await this.#there(workspaceId, asked);
    const reason = body?.reason;
    const inputId = await this.commands.idFor(workspaceId, key, ['contact_delete', contactId, ifMatch, reason]);
    const data = ifMatch === null ? {} : { expectedVersion: ifMatch };
    const input = { type: 'contact_delete', v: 1, data, pii: reason === undefined ? {} : { reason } } as const;
    const [outcome] = await this.commands.send(workspaceId, [{ contactId, inputId, input, above: 0 }]);
    if (outcome === undefined) throw new Error('a command was sent without an outcome');
    if (outcome.state === 'refused') throw refusal(outcome.reason);
    if (outcome.state === 'pending') return pending(reply, outcome);
    return { state: outcome.state, commandId: inputId, reason: null };
  }

  /** The contact that the id leads to. So a wrong one leaves no trace; the contact itself decides whether it is there still. */
  async #there(workspaceId: Uuid, contactId: Uuid): Promise<Uuid> {
    const row = await contactOf(this.pool, workspaceId, contactId);
    if (row === null || row.deleted) throw refusal('unknown_contact');
    return row.contactId;
  }

  async #one(workspaceId: Uuid, asked: Asked, key: string | undefined, reply: FastifyReply) {
    if ('problems' in asked) throw invalid('body', inBody(asked.problems));
    const [outcome] = await this.#send(workspaceId, [asked], key);
    if (outcome === undefined) throw new Error('a command was sent without an outcome');
    if (outcome.state === 'refused') throw refusal(outcome.reason);
    const row = await contactOf(this.pool, workspaceId, outcome.command.contactId);
    if (outcome.state === 'pending' || row === null) return pending(reply, outcome);
    void reply.header('etag', etagOf(row));
    return showContact(row);
  }

  /** What is wrong with one keeps the others from nothing. */
  async #many(
    workspaceId: Uuid,
    writes: readonly ContactWrite[],
    asked: readonly Asked[],
    key: string | undefined,
    reply: FastifyReply,
  ): Promise<{ results: z.input<typeof writeResult>[] }> {
    const good = asked.filter((one): one is WriteCommand => !('problems' in one));
    const outcomes = await this.#send(workspaceId, good, key);
    if (outcomes.some(({ state }) => state === 'pending')) void reply.code(202);
    const results = asked.map((one, index) => {
      const { email = null, externalId = null } = writes[index] ?? {};
      if ('problems' in one) {
        const nothing = { contactId: null, state: 'refused', reason: 'invalid', status: null } as const;
        return { email, externalId, ...nothing, errors: [...one.problems] };
      }
      const outcome = outcomes[good.indexOf(one)] as CommandOutcome;
      const { state, reason, command } = outcome;
      return {
        email,
        externalId,
        contactId: command.contactId,
        state,
        reason,
        errors: [],
        status: statusAddress(outcome),
      };
    });
    return { results };
  }

  async #send(
    workspaceId: Uuid,
    asked: readonly WriteCommand[],
    key: string | undefined,
  ): Promise<readonly CommandOutcome[]> {
    const owners = await ownersOf(
      this.pool,
      workspaceId,
      asked.map(({ contactId }) => contactId),
    );
    const writes: Command[] = [];
    const links: Command[] = [];
    for (const [index, { contactId, input, links: others }] of asked.entries()) {
      const inputId = await this.commands.idFor(workspaceId, key, ['contact_upsert', index, contactId, input]);
      const owner = owners.get(contactId);
      // As an alias would hand it on, but without its detour: the outcome is seen at once.
      const at = owner === undefined ? input : { ...input, data: { subject: contactId, ...input.data } };
      writes.push({ contactId: owner ?? contactId, inputId, input: at, above: 0 });
      for (const link of others) {
        const linkId = await this.commands.idFor(workspaceId, key, ['link', index, contactId, link.key]);
        links.push({ contactId: link.key, inputId: linkId, input: link.input, above: 0 });
      }
    }
    return this.commands.send(workspaceId, writes, links);
  }
}

const ONE_BY_ONE = 'Of many contacts each has a version of its own: give expectedVersion with each';

/** The version of the body, else that of If-Match. */
function expecting<Write extends { readonly expectedVersion?: number | undefined }>(
  write: Write,
  ifMatch: number | null,
): Write {
  if (ifMatch === null) return write;
  if (write.expectedVersion !== undefined && write.expectedVersion !== ifMatch)
    throw invalid('header', [
      { field: 'header.if-match', problem: 'Another version than expectedVersion: give one of them' },
    ]);
  return { ...write, expectedVersion: ifMatch };
}

function inBody(problems: readonly WishProblem[]) {
  return problems.map(({ field, problem }) => ({ field: `body.${field}`, problem }));
}
