import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Pool } from 'pg';
import { Webhook } from 'standardwebhooks';
import { inboxTarget } from '#adapters/senders/inbox/inbox-target.js';
import { newWebhookSecret } from '#adapters/senders/webhook/signature.js';
import { WebhookTarget } from '#adapters/senders/webhook/webhook-target.js';
import type { Uuid } from '#contracts/ids.js';
import type { EffectOutcomeInput } from '#contracts/inputs.js';
import { openSealed } from '#engine/effects/attempt.js';
import type { RetryPolicy } from '#engine/effects/back-off.js';
import { effectsSubscription } from '#engine/effects/copy-effects.js';
import { Outcomes } from '#engine/effects/outcome.js';
import type { Target } from '#engine/effects/target.js';
import { NOT_CARRIED_OUT, unattendedTarget } from '#engine/effects/unattended-target.js';
import { EffectWorker } from '#engine/effects/worker.js';
import { Relay } from '#engine/outbox/relay.js';
import { openInput } from '#engine/sealing/input-codec.js';
import { AesMasterKey } from '#engine/sealing/master-key.js';
import { MemoryWorkspaceKeys } from '#engine/sealing/memory-keys.js';
import type { ContactKeys, DataKey } from '#engine/sealing/sealing.js';
import { type TestDatabase, testDatabase } from '#testing/postgres.js';
import { until } from '#testing/until.js';
import { PostgresLog } from '../log/postgres-log.js';
import { PostgresOutbox } from '../outbox/outbox.js';
import { createPool } from '../pool.js';
import { createWorkspace } from '../registry/workspaces.js';
import {
  type DeadLetterCursor,
  deadLetter,
  deadLetterCursor,
  deadLetters,
  discardDeadLetter,
  type ListedDeadLetter,
  replayDeadLetter,
} from './dead-letters.js';
import { PostgresEffectCopies } from './effect-copies.js';
import { PostgresEffectQueue } from './effect-queue.js';
import { PostgresOutgoingWebhooks } from './outgoing-webhooks.js';

const ENGAGEMENTS = 'engagements.g1';
const CONTACT_EVENTS = 'contact-events.g1';
const LANE = 4096;
const QUICK: RetryPolicy = { firstMs: 10, maxMs: 40, maxAttempts: 4 };

interface Post {
  readonly id: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly at: number;
}

/** A receiver whose answers are set per effect id; 200 otherwise. */
class Receiver {
  readonly posts: Post[] = [];
  readonly answers = new Map<string, (attempt: number, response: ServerResponse) => void>();
  readonly #server: Server = createServer((request, response) => void this.#receive(request, response));

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook?token=t`;
  }
  of(id: string): readonly Post[] {
    return this.posts.filter((post) => post.id === id);
  }
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += chunk;
    const id = String(request.headers['webhook-id']);
    this.posts.push({ id, headers: request.headers, body, at: Date.now() });
    const answer = this.answers.get(id);
    if (answer) answer(this.of(id).length, response);
    else response.end('thanks');
  }
}

const status =
  (code: number, headers: Record<string, string> = {}) =>
  (_: number, response: ServerResponse) => {
    response.writeHead(code, headers).end();
  };

describe('effects from the log to their targets', () => {
  const master = new AesMasterKey(randomBytes(32));
  const dailyKeys = new MemoryWorkspaceKeys(master);
  const receiver = new Receiver();
  const secret = newWebhookSecret();
  const keysOf = new Map<Uuid, DataKey>();
  const contactKeys: ContactKeys = {
    load: async (_, ids) => new Map(ids.flatMap((id) => (keysOf.has(id) ? [[id, keysOf.get(id) as DataKey]] : []))),
  };
  const faults: unknown[] = [];
  let database: TestDatabase;
  let pool: Pool;
  let log: PostgresLog;
  let relay: Relay;
  let queue: PostgresEffectQueue;
  let webhook: WebhookTarget;
  let workspaceId: Uuid;
  const workers: EffectWorker[] = [];

  const workerFor = (target: Target, options = {}) =>
    new EffectWorker(
      queue,
      {
        target,
        open: openSealed(contactKeys, (error) => faults.push(error)),
        policy: QUICK,
        clock: Date.now,
        onFault: (error) => faults.push(error),
      },
      new Outcomes(dailyKeys, Date.now, ENGAGEMENTS),
      { pollMs: 20, settled: () => relay.wake(), ...options },
    );

  beforeAll(async () => {
    database = await testDatabase();
    pool = createPool(database.url, { role: 'test', max: 20 });
    log = await PostgresLog.open(database.url, { backoff: { firstMs: 5, maxMs: 20 } });
    await log.createTopic(ENGAGEMENTS, 1);
    await log.createTopic(CONTACT_EVENTS, 1);
    workspaceId = (await createWorkspace(pool, master, 'acme'))?.id ?? '';
    const webhooks = new PostgresOutgoingWebhooks(pool, master);
    await webhooks.save(workspaceId, { url: await receiver.listen(), secret });
    const outbox = new PostgresOutbox(pool);
    relay = new Relay(outbox, log, { pollMs: 20 }).start();
    queue = new PostgresEffectQueue(pool, outbox);
    webhook = new WebhookTarget(webhooks, { policy: { allowPrivate: false, allowLoopback: true }, timeoutMs: 1_500 });
    workers.push(workerFor(inboxTarget).start(), workerFor(webhook).start());
    workers.push(workerFor(unattendedTarget).start());
    const copied = () => {
      for (const worker of workers) worker.wake();
    };
    await log.consume(effectsSubscription(CONTACT_EVENTS, new PostgresEffectCopies(pool, log.checkpoints), copied));
  });
  afterAll(async () => {
    for (const worker of workers) await worker.drain();
    await relay.drain();
    await log.close();
    await webhook.close();
    await receiver.close();
    await pool.end();
    await database.drop();
    expect(faults).toEqual([]);
  });

  /** An event in the store, as the deciding transaction writes it: with the Postgres log that is the log. */
  const request = async (
    options: {
      contactId?: Uuid;
      version?: number;
      notAfter?: number;
      type?: string;
      effectId?: Uuid;
      kind?: string;
    } = {},
  ): Promise<{ effectId: Uuid; contactId: Uuid }> => {
    const contactId = options.contactId ?? randomUUID();
    const effectId = options.effectId ?? randomUUID();
    const eventId = randomUUID();
    const key = keysOf.get(contactId) ?? master.create(contactId).key;
    keysOf.set(contactId, key);
    const notAfter = options.notAfter ?? Date.now() + 600_000;
    const { kind = 'notify' } = options;
    const data = { effectId, kind, notAfter, by: { rule: 'hot-lead', version: 2, action: 'notify' } };
    const pii = key.seal({ to: 'owner', title: 'Ann is hot', body: 'Call her' }, eventId);
    await pool.query(
      `with head as (update engine.lane_head set next = next + 1 where lane = $1 returning next - 1 as position)
       insert into engine.event (workspace_id, contact_id, version, id, type, v, occurred_at, recorded_at, causation_id, correlation_id,
         data, pii, input_topic, input_partition, input_position, lane, position)
       select $2, $3, $4, $5, $6, 1, now(), now(), $5, $5, $7, $8, $9, 0, 0, $1, position from head`,
      [
        LANE,
        workspaceId,
        contactId,
        options.version ?? 1,
        eventId,
        options.type ?? 'effect_requested',
        data,
        pii,
        ENGAGEMENTS,
      ],
    );
    log.wake(CONTACT_EVENTS, [0]);
    return { effectId, contactId };
  };
  const rowOf = async (effectId: Uuid, target: string) =>
    (await pool.query('select * from delivery.effect_queue where effect_id = $1 and target = $2', [effectId, target]))
      .rows[0];
  const ended = (effectId: Uuid, target: string, state: string) =>
    until(async () => (await rowOf(effectId, target))?.state === state);
  const outcomesOf = async (effectId: Uuid): Promise<readonly EffectOutcomeInput[]> => {
    const records = await log.read(ENGAGEMENTS, 0, 0, 10_000);
    const inputs = await Promise.all(
      records.map(async (record) =>
        openInput(record, await dailyKeys.daily(record.workspaceId, record.at, 'engagements')),
      ),
    );
    return inputs.filter((input) => input.type === 'effect_outcome').filter(({ data }) => data.effectId === effectId);
  };

  it('reach the inbox and the webhook, signed, and their outcomes come back on the log', async () => {
    const { effectId, contactId } = await request();
    await until(async () => (await outcomesOf(effectId)).length === 2);
    const outcomes = await outcomesOf(effectId);
    expect(outcomes.map(({ data }) => [data.target, data.outcome, data.attempts]).sort()).toEqual([
      ['inbox', 'delivered', 1],
      ['webhook', 'delivered', 1],
    ]);
    const [record] = await log.read(ENGAGEMENTS, 0, 0, 1);
    expect(record?.key).toBeDefined();

    const [post] = receiver.of(effectId);
    const signed = new Webhook(secret).verify(post?.body ?? '', post?.headers as Record<string, string>);
    expect(signed).toMatchObject({
      type: 'notification.requested',
      data: {
        effectId,
        contactId,
        rule: 'hot-lead',
        ruleVersion: 2,
        to: 'owner',
        title: 'Ann is hot',
        body: 'Call her',
      },
    });
    expect(post?.headers).toMatchObject({ 'idempotency-key': effectId, 'content-type': 'application/json' });
    expect((await rowOf(effectId, 'webhook')).sealed.includes(Buffer.from('Ann'))).toBe(false);
  });

  it('that nothing carries out yet wait, go nowhere, and expire', async () => {
    const { effectId } = await request({ kind: 'create_task' });
    await until(async () => (await rowOf(effectId, 'unattended'))?.last_reason === NOT_CARRIED_OUT);
    const overdue = await request({ kind: 'send_email', notAfter: Date.now() - 1 });
    await ended(overdue.effectId, 'unattended', 'expired');
    await until(async () => (await outcomesOf(overdue.effectId)).length === 1);
    expect((await outcomesOf(overdue.effectId))[0]?.data).toMatchObject({ target: 'unattended', outcome: 'expired' });
    expect(await outcomesOf(effectId)).toEqual([]);
    for (const id of [effectId, overdue.effectId]) {
      expect([await rowOf(id, 'inbox'), await rowOf(id, 'webhook')]).toEqual([undefined, undefined]);
      expect(receiver.of(id)).toEqual([]);
    }
  });

  it('are copied once however often they are read', async () => {
    const { effectId, contactId } = await request();
    await ended(effectId, 'webhook', 'delivered');
    await request({ effectId, contactId, version: 2 });
    const { effectId: later } = await request();
    await ended(later, 'webhook', 'delivered');
    expect(receiver.of(effectId)).toHaveLength(1);
  });

  it('are tried again after a failure, with the same id and body', async () => {
    const effectId = randomUUID();
    receiver.answers.set(effectId, (attempt, response) => {
      if (attempt === 1) response.writeHead(500).end();
      else if (attempt === 2) response.destroy();
      else response.end();
    });
    await request({ effectId });
    await ended(effectId, 'webhook', 'delivered');
    const posts = receiver.of(effectId);
    expect(posts).toHaveLength(3);
    expect(new Set(posts.map(({ body }) => body)).size).toBe(1);
    expect((await rowOf(effectId, 'webhook')).attempts).toBe(3);
  });

  it('that no answer comes to in time are tried again', async () => {
    const effectId = randomUUID();
    receiver.answers.set(effectId, (attempt, response) => attempt > 1 && response.end());
    await request({ effectId });
    await ended(effectId, 'webhook', 'delivered');
    expect(receiver.of(effectId)).toHaveLength(2);
    expect((await rowOf(effectId, 'webhook')).last_reason).toBeNull();
  });

  it('wait as long as the receiver asks', async () => {
    const effectId = randomUUID();
    receiver.answers.set(effectId, (attempt, response) => {
      if (attempt === 1) response.writeHead(429, { 'retry-after': '1' }).end();
      else response.end();
    });
    await request({ effectId });
    await ended(effectId, 'webhook', 'delivered');
    const [first, second] = receiver.of(effectId);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1_000);
  });

  it('refused for good or tried too often are dead letters: listed, opened, replayed, discarded', async () => {
    const [gone, broken] = [randomUUID(), randomUUID()];
    receiver.answers.set(gone, status(410));
    receiver.answers.set(broken, status(500));
    await request({ effectId: gone });
    const { contactId } = await request({ effectId: broken });
    await ended(gone, 'webhook', 'dead');
    await ended(broken, 'webhook', 'dead');
    expect(receiver.of(gone)).toHaveLength(1);
    expect(receiver.of(broken)).toHaveLength(QUICK.maxAttempts);

    const listed = await deadLetters(pool, workspaceId, { after: null, limit: 10 });
    expect(listed.map(({ effectId, reason }) => [effectId, reason])).toEqual(
      expect.arrayContaining([
        [gone, 'http_410'],
        [broken, 'http_500'],
      ]),
    );
    // Both in one millisecond: only what stands beyond it tells them apart.
    const settle = `update delivery.effect_queue set settled_at = $2 where effect_id = $1`;
    await pool.query(settle, [gone, '2026-11-24T09:30:00.123456Z']);
    await pool.query(settle, [broken, '2026-11-24T09:30:00.123789Z']);
    const walked: string[] = [];
    for (let after: DeadLetterCursor | null = null; ; ) {
      const page: readonly ListedDeadLetter[] = await deadLetters(pool, workspaceId, { after, limit: 1 });
      const [last] = page;
      if (last === undefined) break;
      walked.push(last.effectId);
      after = deadLetterCursor(last);
    }
    expect(walked.filter((id) => id === gone || id === broken)).toEqual([broken, gone]);
    expect(new Set(walked).size).toBe(walked.length);
    const ref = { workspaceId, effectId: broken, target: 'webhook' };
    const shown = await deadLetter(pool, ref);
    expect(keysOf.get(contactId)?.open(shown?.sealed as Buffer, shown?.eventId ?? '')).toMatchObject({
      title: 'Ann is hot',
    });
    expect(await replayDeadLetter(pool, { ...ref, workspaceId: randomUUID() })).toBe(false);

    receiver.answers.delete(broken);
    expect(await replayDeadLetter(pool, ref)).toBe(true);
    await ended(broken, 'webhook', 'delivered');
    await until(async () => (await outcomesOf(broken)).filter(({ data }) => data.target === 'webhook').length === 2);
    expect(await discardDeadLetter(pool, { ...ref, effectId: gone })).toBe(true);
    expect(await deadLetter(pool, { ...ref, effectId: gone })).toBeNull();
  });

  it('past their notAfter expire and are not sent', async () => {
    const { effectId } = await request({ notAfter: Date.now() - 1 });
    await ended(effectId, 'webhook', 'expired');
    await until(async () => (await outcomesOf(effectId)).length === 2);
    expect((await outcomesOf(effectId)).map(({ data }) => data.outcome)).toEqual(['expired', 'expired']);
    expect(receiver.of(effectId)).toEqual([]);
  });

  it('of an erased contact end as dead, for nothing can be read of them', async () => {
    const contactId = randomUUID();
    const effectId = randomUUID();
    receiver.answers.set(effectId, (_, response) => {
      keysOf.delete(contactId);
      response.writeHead(500).end();
    });
    await request({ effectId, contactId });
    await ended(effectId, 'webhook', 'dead');
    expect((await rowOf(effectId, 'webhook')).last_reason).toBe('erased');
  });

  it('of one contact and target go one after the other, others pass', async () => {
    const contactId = randomUUID();
    const [earlier, later] = [randomUUID(), randomUUID()];
    let open: (() => void) | undefined;
    receiver.answers.set(earlier, (attempt, response) => {
      if (attempt === 1) response.writeHead(503).end();
      else open = () => response.end();
    });
    await request({ effectId: earlier, contactId, version: 1 });
    await request({ effectId: later, contactId, version: 2 });
    const { effectId: stranger } = await request();
    await ended(stranger, 'webhook', 'delivered');
    await ended(later, 'inbox', 'delivered');
    await until(() => open !== undefined);
    expect(receiver.of(later)).toEqual([]);
    open?.();
    await ended(later, 'webhook', 'delivered');
  });

  it('leased by a worker that died become due again, and its late settlement writes nothing', async () => {
    const dead = { name: 'webhook', concurrency: 1 } as const;
    const paused = workers.splice(1);
    for (const worker of paused) await worker.drain();
    const { effectId } = await request();
    await until(async () => (await rowOf(effectId, 'webhook')) !== undefined);
    const [zombie] = await queue.lease(dead.name, 'zombie', 1, 1);
    if (!zombie) throw new Error('nothing was leased');
    expect(zombie.effectId).toBe(effectId);

    const settled: string[] = [];
    workers.push(workerFor(webhook, { settled: () => settled.push('again') }).start());
    await ended(effectId, 'webhook', 'delivered');
    const late = await new Outcomes(dailyKeys, Date.now, ENGAGEMENTS).settlement(zombie, {
      state: 'dead',
      attempts: 1,
      reason: 'late',
    });
    expect(await queue.settle([late])).toEqual([]);
    expect(await queue.retry(zombie, { afterMs: 0, reason: 'late', counted: true })).toBe(false);
    expect((await rowOf(effectId, 'webhook')).state).toBe('delivered');
    await until(async () => (await outcomesOf(effectId)).length === 2);
    expect((await outcomesOf(effectId)).map(({ data }) => data.outcome)).not.toContain('dead');
  });
});
