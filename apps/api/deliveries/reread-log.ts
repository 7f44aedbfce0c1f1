/** What a second reading is sealed with, and where it goes. */
import { Inject, Injectable } from '@nestjs/common';
import type { SealedDelivery } from '#adapters/postgres/deliveries/recent.js';
import type { Appendable } from '#contracts/record.js';
import { TOPICS, topicOf } from '#contracts/topics.js';
import type { RereadContext } from '#engine/ingest/reread.js';
import type { Source } from '#engine/ingest/source.js';
import { LogUnavailableError } from '#engine/log/errors.js';
import type { Log } from '#engine/log/log.js';
import type { WorkspaceKeys } from '#engine/sealing/sealing.js';
import { Problem } from '#platform/http/problem.js';
import { CLOCK, ENGAGEMENTS, LOG, WORKSPACE_KEYS } from '../dependencies.js';

@Injectable()
export class RereadLog {
  constructor(
    @Inject(LOG) private readonly log: Log,
    @Inject(WORKSPACE_KEYS) private readonly keys: WorkspaceKeys,
    @Inject(CLOCK) private readonly clock: () => number,
    @Inject(ENGAGEMENTS) private readonly engagements: string,
  ) {}

  async context(source: Source, { id, receivedAt, replay }: SealedDelivery): Promise<RereadContext> {
    const recordedAt = this.clock();
    const [secret, engagements, deliveries] = await Promise.all([
      this.keys.secret(source.workspaceId),
      this.keys.daily(source.workspaceId, recordedAt, 'engagements'),
      this.keys.daily(source.workspaceId, recordedAt, 'deliveries'),
    ]);
    const topics = {
      engagements: this.engagements,
      deliveries: topicOf(TOPICS.deliveries.name, 1),
    };
    const sealing = { keys: { engagements, deliveries }, topics };
    const context = { source, deliveryId: id, receivedAt, recordedAt, secret, ...sealing };
    return replay === null ? context : { ...context, replay };
  }

  /** Throws a 503 Problem when the log is away; the same again is harmless. */
  async append(records: readonly Appendable[]): Promise<void> {
    if (records.length === 0) return;
    try {
      await this.log.append(records);
    } catch (error) {
      if (!(error instanceof LogUnavailableError)) throw error;
      throw new Problem(503, 'Not available for now', 'The log did not take it in time. Try again: it counts once.', {
        headers: { 'retry-after': '2' },
      });
    }
  }
}
