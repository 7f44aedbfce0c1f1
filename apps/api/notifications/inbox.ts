/** Taking a notification and marking it done: commands on the topic of the contact it is about. */
import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from '#adapters/postgres/pool.js';
import { type InboxRow, notificationById } from '#adapters/postgres/read-models/queries/notifications.js';
import type { Uuid } from '#contracts/ids.js';
import type { NotificationCommandInput } from '#contracts/inputs.js';
import { Problem } from '#platform/http/problem.js';
import { refusal } from '../commands/answer.js';
import { type CommandOutcome, Commands } from '../commands/commands.js';
import { POOL } from '../dependencies.js';

export interface InboxCommand {
  readonly effectId: Uuid;
  readonly command: 'take' | 'done';
  readonly by: string;
  readonly idempotencyKey?: string | undefined;
}

@Injectable()
export class Inbox {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    private readonly commands: Commands,
  ) {}

  /** Throws a 404 Problem for what is not in the inbox of the workspace. */
  async find(workspaceId: Uuid, effectId: Uuid): Promise<InboxRow> {
    const row = await notificationById(this.pool, workspaceId, effectId);
    if (row === null) throw new Problem(404, 'Not found', 'The inbox holds no notification with this id.');
    return row;
  }

  /** The notification afterwards, or the outcome that is not seen yet. Throws the Problem that it was refused for. */
  async command(
    workspaceId: Uuid,
    { effectId, command, by, idempotencyKey }: InboxCommand,
  ): Promise<InboxRow | CommandOutcome> {
    const { contactId } = await this.find(workspaceId, effectId);
    const input: NotificationCommandInput = {
      type: 'notification_command',
      v: 1,
      data: { effectId, command },
      pii: { by },
    };
    const inputId = await this.commands.idFor(workspaceId, idempotencyKey, [input.type, effectId, command, by]);
    const [outcome] = await this.commands.send(workspaceId, [{ contactId, inputId, input, above: 0 }]);
    if (outcome?.state === 'refused') throw refusal(outcome.reason);
    return outcome === undefined || outcome.state === 'pending'
      ? (outcome as CommandOutcome)
      : this.find(workspaceId, effectId);
  }
}
