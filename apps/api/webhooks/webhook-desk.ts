/** What is done with subscriptions: checked, tried out, told again. */
import { randomUUID } from 'node:crypto';
import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { feedEnd, readChanges } from '#adapters/postgres/feed/read.js';
import type { Pool } from '#adapters/postgres/pool.js';
import { tellAgain } from '#adapters/postgres/webhooks/deliveries.js';
import { PostgresReceivers } from '#adapters/postgres/webhooks/receivers.js';
import { NameTaken, PostgresWebhooks, type Webhook } from '#adapters/postgres/webhooks/webhooks.js';
import { type AddressPolicy, AddressRefused, checkUrl } from '#adapters/senders/webhook/address-guard.js';
import { WebhookPoster } from '#adapters/senders/webhook/post.js';
import { newWebhookSecret } from '#adapters/senders/webhook/signature.js';
import type { Uuid } from '#contracts/ids.js';
import type { MasterKey } from '#engine/sealing/sealing.js';
import { Problem } from '#platform/http/problem.js';
import { invalid } from '#platform/http/validation.js';
import { CLOCK, MASTER_KEY, POOL, WEBHOOK_POLICY } from '../dependencies.js';
import { stale } from '../sources/if-match.js';
import type { testShown, webhookRevised, webhookRotation, webhookWanted } from './webhook-schemas.js';

const HOUR_MS = 3_600_000;

export interface Keyed {
  readonly webhook: Webhook;
  readonly secret: string;
}

@Injectable()
export class WebhookDesk implements BeforeApplicationShutdown {
  readonly #webhooks: PostgresWebhooks;
  readonly #receivers: PostgresReceivers;
  readonly #poster: WebhookPoster;

  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(MASTER_KEY) master: MasterKey,
    @Inject(WEBHOOK_POLICY) private readonly policy: AddressPolicy,
    @Inject(CLOCK) private readonly clock: () => number,
  ) {
    this.#webhooks = new PostgresWebhooks(pool, master);
    this.#receivers = new PostgresReceivers(pool, master);
    this.#poster = new WebhookPoster({ policy, clock });
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.#poster.close();
  }

  list(workspaceId: Uuid): Promise<readonly Webhook[]> {
    return this.#webhooks.list(workspaceId);
  }

  /** Throws a 404 Problem when there is no such webhook, as all that follow do. */
  async one(workspaceId: Uuid, id: Uuid): Promise<Webhook> {
    const found = await this.#webhooks.one(workspaceId, id);
    if (found === null) throw new Problem(404, 'Not found', 'This workspace has no webhook with this id.');
    return found;
  }

  /** Throws a 400 Problem for an address that webhooks may not go to, and a 409 one for a name that is taken. */
  async create(workspaceId: Uuid, wish: z.output<typeof webhookWanted>): Promise<Keyed> {
    this.#checkAddress(wish.url);
    const secret = newWebhookSecret();
    const webhook = await this.#webhooks.create(workspaceId, wish, secret);
    if (webhook === null) throw taken(wish.name);
    return { webhook, secret };
  }

  /** Throws a 412 Problem when it is at another version, 409 when it stands where the feed is no longer kept. */
  async revise(
    workspaceId: Uuid,
    { id, expectedVersion }: { readonly id: Uuid; readonly expectedVersion: number | null },
    { from, ...wish }: z.output<typeof webhookRevised>,
  ): Promise<Webhook> {
    if (wish.url !== undefined) this.#checkAddress(wish.url);
    const found = await this.one(workspaceId, id);
    const wakes = wish.state === 'active' && found.state !== 'active';
    const place = wakes && from === 'now' ? await feedEnd(this.pool, workspaceId) : null;
    if (wakes && place === null) await this.#checkPlace(workspaceId, found);
    const given = Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined));
    const ref = { workspaceId, id, version: expectedVersion ?? found.version };
    try {
      return orStale(await this.#webhooks.revise(ref, { ...found, ...given }, place));
    } catch (error) {
      throw error instanceof NameTaken ? taken(wish.name ?? found.name) : error;
    }
  }

  async rotate(
    workspaceId: Uuid,
    { id, expectedVersion }: { readonly id: Uuid; readonly expectedVersion: number | null },
    { overlapHours }: z.output<typeof webhookRotation>,
  ): Promise<Keyed> {
    const found = await this.one(workspaceId, id);
    const secret = newWebhookSecret();
    const ref = { workspaceId, id, version: expectedVersion ?? found.version };
    const oldUntil = this.clock() + overlapHours * HOUR_MS;
    return { webhook: orStale(await this.#webhooks.rotate(ref, secret, oldUntil)), secret };
  }

  async remove(workspaceId: Uuid, id: Uuid, expectedVersion: number | null): Promise<Webhook> {
    const found = await this.one(workspaceId, id);
    if (!(await this.#webhooks.remove({ ...found, version: expectedVersion ?? found.version })))
      throw stale('The webhook');
    return found;
  }

  /** Sends a signed message that says nothing, at once and whatever the state, and tells what came of it. */
  async test(workspaceId: Uuid, id: Uuid): Promise<z.infer<typeof testShown>> {
    const { name } = await this.one(workspaceId, id);
    const receiver = await this.#receivers.load(workspaceId, id);
    if (receiver === null) throw new Problem(404, 'Not found', 'This workspace has no webhook with this id.');
    const timestamp = new Date(this.clock()).toISOString();
    const body = JSON.stringify({ type: 'webhook.test', timestamp, data: { webhookId: id, name } });
    const { url, secrets } = receiver;
    const { attempt, status, tookMs } = await this.#poster.post({ url, secrets, id: randomUUID(), body });
    return {
      delivered: attempt.result === 'delivered',
      status,
      reason: attempt.result === 'delivered' ? null : attempt.reason,
      detail: ('detail' in attempt ? attempt.detail : undefined) ?? null,
      tookMs,
    };
  }

  /** Throws a 409 Problem when it waits already, and a 404 one when there is no such delivery. */
  async tellAgain(workspaceId: Uuid, id: Uuid, deliveryId: Uuid): Promise<void> {
    const { retryHours } = await this.one(workspaceId, id);
    if (await tellAgain(this.pool, workspaceId, id, { deliveryId, hours: retryHours })) return;
    throw new Problem(
      409,
      'Conflict',
      'This webhook has no such delivery that has ended: it waits still, or is not kept.',
    );
  }

  #checkAddress(url: string): void {
    try {
      checkUrl(new URL(url), this.policy);
    } catch (error) {
      if (!(error instanceof AddressRefused)) throw error;
      throw invalid('body', [{ field: 'body.url', problem: error.message }]);
    }
  }

  async #checkPlace(workspaceId: Uuid, { position, mark }: Webhook): Promise<void> {
    const { state } = await readChanges(this.pool, workspaceId, { position, mark }, 1);
    if (state === 'read') return;
    throw new Problem(
      409,
      'Conflict',
      'The changes at which it stopped are no longer kept. Load all contacts anew, then take it up with "from": "now".',
    );
  }
}

function taken(name: string): Problem {
  return new Problem(409, 'Conflict', `The workspace has a webhook called ${name} already.`);
}

function orStale(webhook: Webhook | null): Webhook {
  if (webhook === null) throw stale('The webhook');
  return webhook;
}
