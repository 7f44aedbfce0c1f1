/** Effects that were refused for good or tried too often, with what they were to say. */
import { Inject, Injectable } from '@nestjs/common';
import {
  type DeadLetter,
  type DeadLetterRef,
  deadLetter,
  discardDeadLetter,
  replayDeadLetter,
} from '#adapters/postgres/effect-queue/dead-letters.js';
import type { Pool } from '#adapters/postgres/pool.js';
import { PoisonError } from '#engine/log/errors.js';
import type { ContactKeys } from '#engine/sealing/sealing.js';
import { Problem } from '#platform/http/problem.js';
import { CONTACT_KEYS, POOL } from '../dependencies.js';

export interface Message {
  readonly to: string;
  readonly title: string;
  readonly body: string;
}

@Injectable()
export class DeadLetters {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CONTACT_KEYS) private readonly keys: ContactKeys,
  ) {}

  /** With its message; null where the contact was erased. Throws a 404 Problem when there is no such dead letter. */
  async show(ref: DeadLetterRef): Promise<DeadLetter & { readonly message: Message | null }> {
    const row = await deadLetter(this.pool, ref);
    if (row === null) throw unknown();
    const key = (await this.keys.load(ref.workspaceId, [row.contactId])).get(row.contactId);
    if (key === undefined) return { ...row, message: null };
    try {
      return { ...row, message: key.open(row.sealed, row.eventId) as unknown as Message };
    } catch (error) {
      if (error instanceof PoisonError) return { ...row, message: null };
      throw error;
    }
  }

  /** Throws a 404 Problem when there is no such dead letter. */
  async replay(ref: DeadLetterRef): Promise<void> {
    if (!(await replayDeadLetter(this.pool, ref))) throw unknown();
  }

  /** Throws a 404 Problem when there is no such dead letter. */
  async discard(ref: DeadLetterRef): Promise<void> {
    if (!(await discardDeadLetter(this.pool, ref))) throw unknown();
  }
}

function unknown(): Problem {
  return new Problem(404, 'Not found', 'There is no dead letter of this effect for this target.');
}
