/** `POST /v1/suppressions` and `/v1/suppressions/lift`: commands on the topic of the contact, one or many at once. */
import { Body, Controller, Inject, Post, Res, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { Pool } from '#adapters/postgres/pool.js';
import { contactsById } from '#adapters/postgres/read-models/queries/contacts.js';
import { normaliseEmail, subjectOf, type Uuid } from '#contracts/ids.js';
import type { SuppressionCommandInput } from '#contracts/inputs.js';
import type { WorkspaceKeys } from '#engine/sealing/sealing.js';
import { ApiKeyGuard, FromCaller } from '#platform/auth/api-key.guard.js';
import type { Caller } from '#platform/auth/api-key.js';
import { invalid } from '#platform/http/validation.js';
import { statusAddress } from '../commands/answer.js';
import { Commands } from '../commands/commands.js';
import { IdempotencyKey } from '../commands/idempotency-key.js';
import { POOL, WORKSPACE_KEYS } from '../dependencies.js';
import { Operation } from '../openapi/answers.js';
import { type Addition, additions, type Lifting, liftings, writeAnswer } from './suppression-schemas.js';

type Wish = Lifting & Partial<Pick<Addition, 'reason'>>;
type Command = SuppressionCommandInput['data']['command'];

const ANSWERS = { 200: writeAnswer, 202: writeAnswer };

@ApiTags('suppressions')
@UseGuards(ApiKeyGuard)
@Controller('v1/suppressions')
export class SuppressionWritesController {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(WORKSPACE_KEYS) private readonly keys: WorkspaceKeys,
    private readonly commands: Commands,
  ) {}

  @Operation({ summary: 'Suppress an address or a contact, or many', scope: 'write:suppressions', answers: ANSWERS })
  @Post()
  add(
    @FromCaller() caller: Caller,
    @Body({ schema: additions }) body: z.output<typeof additions>,
    @IdempotencyKey() key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.#write(caller, 'add', 'suppressions' in body ? body.suppressions : [body], key, reply);
  }

  @Operation({ summary: 'Lift what is suppressed', scope: 'write:suppressions', answers: ANSWERS })
  @Post('lift')
  lift(
    @FromCaller() caller: Caller,
    @Body({ schema: liftings }) body: z.output<typeof liftings>,
    @IdempotencyKey() key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.#write(caller, 'lift', 'suppressions' in body ? body.suppressions : [body], key, reply);
  }

  async #write(
    { workspaceId, keyId }: Caller,
    command: Command,
    wishes: readonly Wish[],
    key: string | undefined,
    reply: FastifyReply,
  ): Promise<z.infer<typeof writeAnswer>> {
    await this.#assertKnown(workspaceId, wishes);
    const secret = await this.keys.secret(workspaceId);
    const commands = wishes.map(async (wish, index) => ({
      ...commandOf(secret, command, wish, keyId),
      inputId: await this.commands.idFor(workspaceId, key, ['suppression_command', command, index, wish]),
      above: 0,
    }));
    const outcomes = await this.commands.send(workspaceId, await Promise.all(commands));
    if (outcomes.some(({ state }) => state === 'pending')) void reply.code(202);
    return {
      results: outcomes.map((outcome, index) => ({
        email: wishes[index]?.email ?? null,
        contactId: outcome.command.contactId,
        scope: wishes[index]?.scope ?? 'all',
        state: outcome.state,
        reason: outcome.reason,
        status: statusAddress(outcome),
      })),
    };
  }

  /** A command on an id that nobody has would make a contact of it. */
  async #assertKnown(workspaceId: Uuid, wishes: readonly Wish[]): Promise<void> {
    const ids = wishes.flatMap(({ contactId }) => contactId ?? []);
    const known = await contactsById(this.pool, workspaceId, ids);
    const errors = wishes.flatMap(({ contactId }, index) =>
      contactId === undefined || known.has(contactId)
        ? []
        : [
            {
              field: wishes.length === 1 ? 'body.contactId' : `body.suppressions[${index}].contactId`,
              problem: 'This workspace has no contact with this id',
            },
          ],
    );
    if (errors.length > 0) throw invalid('body', errors);
  }
}

function commandOf(
  secret: Buffer,
  command: Command,
  { email, contactId, scope, reason, note }: Wish,
  keyId: Uuid,
): { contactId: Uuid; input: SuppressionCommandInput } {
  const identity = email === undefined ? undefined : { kind: 'email', value: normaliseEmail(email) ?? email };
  const subject = identity === undefined ? undefined : subjectOf(secret, identity);
  return {
    contactId: subject ?? (contactId as Uuid),
    input: {
      type: 'suppression_command',
      v: 1,
      data: {
        ...{ command, scope, keyId },
        ...(reason === undefined ? {} : { reason }),
        ...(subject === undefined ? {} : { subject }),
      },
      pii: { ...(identity === undefined ? {} : { identity }), ...(note === undefined ? {} : { note }) },
    },
  };
}
