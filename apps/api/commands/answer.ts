/** Outcome of a command → answer: 200 with what it led to, 202 with where to ask, or the problem it was refused for. */
import type { FastifyReply } from 'fastify';
import type { Uuid } from '#contracts/ids.js';
import { Problem } from '#platform/http/problem.js';
import type { CommandOutcome } from './commands.js';

const REFUSED: Readonly<Record<string, { readonly status: number; readonly detail: string }>> = {
  version_mismatch: {
    status: 412,
    detail: 'The contact has changed since the version you expected. Read it again, then decide again.',
  },
  too_many_attributes: { status: 409, detail: 'The contact has as many attributes as it may have. Clear some first.' },
  too_many_tags: { status: 409, detail: 'The contact has as many tags as it may have. Remove some first.' },
  too_many_consents: { status: 409, detail: 'The contact has consented to as many purposes as it may.' },
  unknown_contact: { status: 404, detail: 'This workspace has no contact with this id, or it was deleted.' },
  unknown_notification: { status: 404, detail: 'The contact has no such notification.' },
  already_taken: { status: 409, detail: 'Somebody else has taken this notification already.' },
  link_pending: {
    status: 409,
    detail: 'The contact is about to become part of another. Read it again in a moment: its id then leads to that one.',
  },
  link_busy: {
    status: 409,
    detail: 'The other contact is about to become part of a third. Send it again in a moment.',
  },
  too_many_aliases: {
    status: 409,
    detail: 'The other contact is made of as many as a contact may be. Whoever has that many keys is no person.',
  },
  same_contact: { status: 409, detail: 'The two are one contact already.' },
  already_done: { status: 409, detail: 'This notification is done already.' },
};

const TITLES: Readonly<Record<number, string>> = { 404: 'Not found', 409: 'Conflict', 412: 'Precondition failed' };

/** The problem of a refused command. */
export function refusal(reason: string | null): Problem {
  const known = reason === null ? undefined : REFUSED[reason];
  const { status, detail } = known ?? { status: 409, detail: `The command was refused: ${reason}.` };
  return new Problem(status, TITLES[status] ?? 'Conflict', detail);
}

/** Where to ask what became of a command. */
export function statusAddress({ command }: CommandOutcome): string {
  const { contactId, inputId, place } = command;
  const at = place === null ? '' : `?at=${place.topic}:${place.partition}:${place.position}`;
  return `/v1/contacts/${contactId}/commands/${inputId}${at}`;
}

/** 202: the command is durable, its outcome is not seen yet. */
export function pending(
  reply: FastifyReply,
  outcome: CommandOutcome,
): { state: 'pending'; commandId: Uuid; status: string } {
  const status = statusAddress(outcome);
  void reply.code(202).header('location', status).header('retry-after', '1');
  return { state: 'pending', commandId: outcome.command.inputId, status };
}
