/** The record in Postgres: checkpoint, states, events, seen keys, books and what is parked in one transaction a batch. */
import type { Pool, PoolClient } from 'pg';
import { type ContactEventRow, contactEventRecord } from '#contracts/contact-event-record.js';
import type { Appendable, LogRecord } from '#contracts/record.js';
import { type DecisionStore, type DecisionUnit, HOLD_AFTER } from '#engine/decision/store.js';
import type { Checkpoints } from '#engine/log/checkpoints.js';
import type { Fence } from '#engine/log/log.js';
import { claimTokens } from '../sources/replay-tokens.js';
import { inTransaction } from '../transaction.js';
import { load, loadEngagements, loadParked } from './load.js';
import { write } from './write.js';

/** Puts records into an outbox lane, in the transaction. */
export type Enqueue = (tx: PoolClient, lane: string, records: readonly Appendable[]) => Promise<void>;

/** The outbox lane of what a rules lane hands on to other contacts. */
export const forwardLane = (lane: number): string => `forward:${lane}`;

/**
 * Look-ups by key stay look-ups: the plan of a prepared statement is made while tables are small and kept while they grow, and
 * a table read whole for each key would hold up the lane.
 */
const BY_KEY = 'set local enable_seqscan = off; set local enable_hashjoin = off; set local enable_mergejoin = off';

export class PostgresDecisionStore implements DecisionStore {
  constructor(
    private readonly pool: Pool,
    private readonly checkpoints: Pick<Checkpoints<PoolClient>, 'advance'>,
    private readonly enqueue: Enqueue,
    /** Told of the events of each committed transaction. */
    private readonly committed: (records: readonly LogRecord[]) => void = () => undefined,
    private readonly holdAfter: number = HOLD_AFTER,
  ) {}

  async transaction(
    fence: Fence,
    first: number,
    next: number,
    work: (unit: DecisionUnit) => Promise<void>,
  ): Promise<void> {
    const written = await inTransaction(this.pool, async (tx) => {
      const events: ContactEventRow[] = [];
      await tx.query(BY_KEY);
      await this.checkpoints.advance(tx, fence, first, next);
      await work(this.unit(tx, events));
      return events;
    });
    this.committed(written.map(contactEventRecord));
  }

  private unit(tx: PoolClient, written: ContactEventRow[]): DecisionUnit {
    return {
      load: (contacts, seen) => load(tx, contacts, seen),
      claim: (tokens) => claimTokens(tx, tokens),
      engagements: (contacts) => loadEngagements(tx, contacts),
      parked: (contact, limit) => loadParked(tx, contact, limit),
      write: async (changes) => {
        written.push(...(await write(tx, changes, this.holdAfter)));
        if (changes.forwards.length > 0) await this.enqueue(tx, forwardLane(changes.lane), changes.forwards);
      },
    };
  }
}
