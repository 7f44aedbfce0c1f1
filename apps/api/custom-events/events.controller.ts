/** `POST /v1/events`: what happened in the company's own systems; kept, counted and judged like what a provider delivers. */
import { Body, Controller, Inject, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Pool } from '#adapters/postgres/pool.js';
import { contactsById } from '#adapters/postgres/read-models/queries/contacts.js';
import type { Uuid } from '#contracts/ids.js';
import { TOPICS, topicOf } from '#contracts/topics.js';
import type { WishProblem } from '#domain/contact/wish/contact-wish.js';
import { readEvent, type WishedEvent } from '#domain/contact/wish/event-wish.js';
import { newDeliveryId } from '#engine/ingest/delivery-id.js';
import { deliveryRecord } from '#engine/ingest/delivery-records.js';
import type { WorkspaceKeys } from '#engine/sealing/sealing.js';
import { ApiKeyGuard, FromCaller } from '#platform/auth/api-key.guard.js';
import type { Caller } from '#platform/auth/api-key.js';
import { invalid } from '#platform/http/validation.js';
import { statusAddress } from '../commands/answer.js';
import { type Command, type CommandOutcome, Commands } from '../commands/commands.js';
import { IdempotencyKey } from '../commands/idempotency-key.js';
import { CLOCK, ENGAGEMENTS, POOL, WORKSPACE_KEYS } from '../dependencies.js';
import { Operation } from '../openapi/answers.js';
import { apiSource } from './api-source.js';
import { engagementOf, type Receipt } from './event-inputs.js';
import { type CustomEvent, eventOrEvents, eventsAnswer } from './event-schemas.js';

type Read = WishedEvent | { readonly problems: readonly WishProblem[] };

@ApiTags('events')
@UseGuards(ApiKeyGuard)
@Controller('v1/events')
export class EventsController {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(WORKSPACE_KEYS) private readonly keys: WorkspaceKeys,
    @Inject(CLOCK) private readonly clock: () => number,
    @Inject(ENGAGEMENTS) private readonly topic: string,
    private readonly commands: Commands,
  ) {}

  @Operation({
    summary: 'Tell of an event of your own, or of up to 1,000: form sent, page seen, deal moved',
    scope: 'write:events',
    answers: { 200: eventsAnswer, 202: eventsAnswer },
  })
  @Post()
  async take(
    @FromCaller() { workspaceId }: Caller,
    @Body({ schema: eventOrEvents }) body: z.output<typeof eventOrEvents>,
    @IdempotencyKey() key: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const isOne = !('events' in body);
    const events = isOne ? [body] : body.events;
    const receivedAt = this.clock();
    const read = await this.#read(workspaceId, events, receivedAt);
    const [first] = read;
    if (isOne && first !== undefined && 'problems' in first)
      throw invalid(
        'body',
        first.problems.map(({ field, problem }) => ({ field: `body.${field}`, problem })),
      );
    const secret = await this.keys.secret(workspaceId);
    const receipt = { workspaceId, secret, deliveryId: newDeliveryId(receivedAt), receivedAt };
    const commands = new Map<number, Command>();
    for (const [index, event] of read.entries()) {
      if ('problems' in event) continue;
      const { contactId, input } = engagementOf(event, index, receipt);
      const inputId = await this.commands.idFor(workspaceId, key, ['event', index, contactId, event]);
      commands.set(index, { contactId, inputId, input, above: 0 });
    }
    const outcomes = await this.#send(receipt, commands, request);
    if ([...outcomes.values()].some(({ state }) => state === 'pending')) void reply.code(202);
    const results = read.map((event, index) => resultOf(event, outcomes.get(index)));
    return { deliveryId: commands.size === 0 ? null : receipt.deliveryId, results };
  }

  /** A contact that is named by its id must be there. */
  async #read(workspaceId: Uuid, events: readonly CustomEvent[], now: number): Promise<readonly Read[]> {
    const ids = events.flatMap(({ contactId }) => contactId ?? []);
    const known = await contactsById(this.pool, workspaceId, ids);
    return events.map((event) => {
      const read = readEvent(event, now);
      if ('problems' in read || event.contactId === undefined || known.has(event.contactId)) return read;
      const problem = 'no contact has this id; give email or externalId for one that is not there yet';
      return { problems: [{ field: 'contactId', problem }] };
    });
  }

  /** With the request itself, so that the books balance and `why` leads back to it. */
  async #send(
    { workspaceId, secret, deliveryId, receivedAt }: Receipt,
    commands: ReadonlyMap<number, Command>,
    request: FastifyRequest,
  ): Promise<ReadonlyMap<number, CommandOutcome>> {
    if (commands.size === 0) return new Map();
    const [engagements, deliveries] = await Promise.all([
      this.keys.daily(workspaceId, receivedAt, 'engagements'),
      this.keys.daily(workspaceId, receivedAt, 'deliveries'),
    ]);
    const delivery = {
      ...{ source: apiSource(workspaceId), deliveryId, receivedAt, secret },
      keys: { engagements, deliveries },
      topics: { engagements: this.topic, deliveries: topicOf(TOPICS.deliveries.name, 1) },
    };
    const about = { method: 'POST', url: '/v1/events', headers: { 'content-type': 'application/json' } };
    const counts = { outcome: 'accepted', engagements: commands.size, unreadable: 0 } as const;
    const record = deliveryRecord(delivery, { about, body: Buffer.from(JSON.stringify(request.body)) }, counts);
    const sent = await this.commands.send(workspaceId, [...commands.values()], [], [record]);
    return new Map([...commands.keys()].map((index, n) => [index, sent[n] as CommandOutcome]));
  }
}

function resultOf(event: Read, outcome: CommandOutcome | undefined) {
  if ('problems' in event || outcome === undefined) {
    const errors = 'problems' in event ? [...event.problems] : [];
    return { contactId: null, eventId: null, state: 'refused' as const, errors, status: null };
  }
  const { contactId, inputId } = outcome.command;
  return { contactId, eventId: inputId, state: outcome.state, errors: [], status: statusAddress(outcome) };
}
