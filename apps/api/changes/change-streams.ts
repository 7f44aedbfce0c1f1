/** Open streams of changes (server-sent events, WHATWG HTML 9.2): bounded in number and in what waits for a slow reader. */
import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { FeedPlace } from '#adapters/postgres/feed/read.js';
import type { Uuid } from '#contracts/ids.js';
import { Problem } from '#platform/http/problem.js';
import { LOGGER } from '../dependencies.js';
import { Changes } from './changes.js';
import { EventStream } from './event-stream.js';
import { FeedWatch } from './feed-watch.js';

const PAGE = 100;
const MOST_OF_WORKSPACE = 50;
/** Proxies close what is silent for a minute. */
const HEARTBEAT_MS = 15_000;
/** After it the reader comes again by itself, and its key is looked at again. */
const LIFE_MS = 10 * 60_000;

@Injectable()
export class ChangeStreams implements BeforeApplicationShutdown {
  readonly #open = new Map<EventStream, Uuid>();
  #closing = false;

  constructor(
    private readonly changes: Changes,
    private readonly watch: FeedWatch,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Readers are sent on to another process: they come again with the last id they saw. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#closing = true;
    for (const stream of this.#open.keys()) stream.end();
    this.watch.stop();
  }

  /** Streams what comes after a place until the reader leaves. Throws a Problem while nothing is sent yet. */
  async open(workspaceId: Uuid, after: FeedPlace, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (this.#closing) throw new Problem(503, 'Not available for now', 'This process is about to stop: come again.');
    if ([...this.#open.values()].filter((one) => one === workspaceId).length >= MOST_OF_WORKSPACE)
      throw new Problem(
        429,
        'Too many streams',
        `${MOST_OF_WORKSPACE} streams of this workspace are open: close one, or share one.`,
      );
    const first = await this.changes.after(workspaceId, after, PAGE);
    reply.hijack();
    const stream = new EventStream(request.raw, reply.raw, LIFE_MS);
    this.#open.set(stream, workspaceId);
    try {
      await this.#send(stream, workspaceId, first);
    } catch (error) {
      // The reader comes again; by then the database may be back, or the cursor is answered 410.
      this.log.warn({ err: error }, 'a stream of changes ended early');
    } finally {
      this.#open.delete(stream);
      stream.end();
    }
  }

  /** The next page is read once the last one has left: a slow reader holds one page, however much there is. */
  async #send(stream: EventStream, workspaceId: Uuid, first: Awaited<ReturnType<Changes['after']>>): Promise<void> {
    await stream.comment('changes');
    for (let page = first; !stream.ended; ) {
      for (const change of page.items) await stream.event('change', change.cursor, change);
      if (
        page.items.length === 0 &&
        !(await this.watch.beyond(workspaceId, page.next.position, HEARTBEAT_MS, stream.gone))
      )
        await stream.comment('');
      if (!stream.ended) page = await this.changes.after(workspaceId, page.next, PAGE);
    }
  }
}
