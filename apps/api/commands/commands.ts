/** A command is an input on the contact's topic: appended, then its outcome is awaited for as long as a caller may be kept waiting. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { type InputOutcome, type InputRef, inputOutcomes } from '#adapters/postgres/inputs/input-outcomes.js';
import type { Pool } from '#adapters/postgres/pool.js';
import { forwardId, keyedId, type Uuid } from '#contracts/ids.js';
import type { Input } from '#contracts/inputs.js';
import type { Appendable } from '#contracts/record.js';
import { LogUnavailableError } from '#engine/log/errors.js';
import type { Log } from '#engine/log/log.js';
import { sealInput } from '#engine/sealing/input-codec.js';
import type { WorkspaceKeys } from '#engine/sealing/sealing.js';
import { Problem } from '#platform/http/problem.js';
import { CLOCK, ENGAGEMENTS, LOG, POOL, WORKSPACE_KEYS } from '../dependencies.js';

export interface Command {
  readonly contactId: Uuid;
  readonly inputId: Uuid;
  readonly input: Input;
  /** Version of the contact that the caller saw last, 0 for none: the outcome is looked for above it. */
  readonly above: number;
}

/** `unchanged`: decided, and there was nothing to change. `pending`: not seen within the time. */
export type CommandState = 'applied' | 'unchanged' | 'refused' | 'pending';

export interface CommandOutcome {
  readonly state: CommandState;
  readonly command: InputRef;
  /** Why it was refused, a code of `command_refused`. */
  readonly reason: string | null;
}

const WAIT_MS = 2_000;
const FIRST_LOOK_MS = 10;
const SLOWEST_LOOK_MS = 100;
const MOST_HOPS = 10;

@Injectable()
export class Commands {
  constructor(
    @Inject(LOG) private readonly log: Log,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(WORKSPACE_KEYS) private readonly keys: WorkspaceKeys,
    @Inject(CLOCK) private readonly clock: () => number,
    @Inject(ENGAGEMENTS) private readonly topic: string,
  ) {}

  /**
   * Id of a command: chosen by the caller's Idempotency-Key together with what is asked, so that a repeat is the same command
   * and another request under the same key is another; random without a key.
   */
  async idFor(workspaceId: Uuid, idempotencyKey: string | undefined, asked: unknown): Promise<Uuid> {
    if (idempotencyKey === undefined) return randomUUID();
    // Keyed: the id stands in clear on the log, and what is asked is personal.
    return keyedId(await this.keys.secret(workspaceId), 'command', idempotencyKey, JSON.stringify(asked));
  }

  /** Appends and waits; not for what becomes of `also`. `records`: appended with them, as they are. Throws a 503 Problem when the log is away; a repeat under the same id is harmless. */
  async send(
    workspaceId: Uuid,
    commands: readonly Command[],
    also: readonly Command[] = [],
    records: readonly Appendable[] = [],
  ): Promise<readonly CommandOutcome[]> {
    const refs = (await this.#append(workspaceId, [...commands, ...also], records)).slice(0, commands.length);
    const deadline = performance.now() + WAIT_MS;
    let pause = FIRST_LOOK_MS;
    for (;;) {
      const outcomes = await this.look(workspaceId, refs);
      if (outcomes.every(({ state }) => state !== 'pending') || performance.now() + pause > deadline) return outcomes;
      await delay(pause);
      pause = Math.min(pause * 1.5, SLOWEST_LOOK_MS);
    }
  }

  /** What became of them so far, in the order asked. */
  async look(workspaceId: Uuid, refs: readonly InputRef[]): Promise<readonly CommandOutcome[]> {
    const outcomes = new Map<InputRef, InputOutcome | undefined>();
    let looked: readonly { readonly command: InputRef; readonly at: InputRef }[] = refs.map((one) => ({
      command: one,
      at: one,
    }));
    // What came to an alias is decided, under another id, where that hands it on to.
    for (let hops = 0; looked.length > 0 && hops <= MOST_HOPS; hops += 1) {
      const found = await inputOutcomes(
        this.pool,
        workspaceId,
        looked.map(({ at }) => at),
      );
      const byId = new Map(found.map((one) => [one.inputId, one]));
      looked = looked.flatMap(({ command, at }) => {
        const outcome = byId.get(at.inputId);
        const owner = outcome?.version === null ? outcome.linkedTo : null;
        if (owner === null) outcomes.set(command, outcome);
        return owner === null ? [] : [{ command, at: handedOn(at, owner) }];
      });
    }
    return refs.map((command) => {
      const outcome = outcomes.get(command);
      return { command, state: stateOf(outcome), reason: outcome?.refused ?? null };
    });
  }

  async #append(
    workspaceId: Uuid,
    commands: readonly Command[],
    beside: readonly Appendable[],
  ): Promise<readonly InputRef[]> {
    const at = this.clock();
    const key = await this.keys.daily(workspaceId, at, 'engagements');
    const records = commands.map(({ contactId, inputId, input }) =>
      sealInput(input, { topic: this.topic, key: contactId, workspaceId, id: inputId, at }, key),
    );
    const places = await this.log.append([...records, ...beside]).catch(refuse);
    return commands.map(({ contactId, inputId, above }, index) => {
      const appended = places[index];
      const place = appended === undefined ? null : { topic: this.topic, ...appended };
      return { contactId, inputId, above, place };
    });
  }
}

function handedOn({ inputId }: InputRef, owner: Uuid): InputRef {
  return { contactId: owner, inputId: forwardId(inputId, owner), above: 0, place: null };
}

function stateOf(outcome: InputOutcome | undefined): CommandState {
  if (outcome === undefined) return 'pending';
  if (outcome.version === null) return outcome.decided ? 'unchanged' : 'pending';
  if (outcome.refused !== null) return 'refused';
  return outcome.shown >= outcome.version ? 'applied' : 'pending';
}

function refuse(error: unknown): never {
  if (!(error instanceof LogUnavailableError)) throw error;
  const detail =
    'The log did not take the command in time. Send it again with the same Idempotency-Key: it will count once.';
  throw new Problem(503, 'Not available for now', detail, { headers: { 'retry-after': '2' } });
}
