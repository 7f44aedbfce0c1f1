/** `afterclick dead-letters`: effects that did not get through. */
import type { Command } from 'commander';
import type { ApiClient } from '../api-client.js';
import { connect } from '../connect.js';
import { CommandFailure, UsageError } from '../failure.js';
import { checkedId } from '../find-contact.js';
import { type ListOptions, type SharedOptions, withExamples, withListOptions, withSharedOptions } from '../options.js';
import { printFacts, printJson, printLine, printMore, printTable, type Streams } from '../output.js';
import { localTime, zonedTime } from '../text/time.js';

interface DeadLetter {
  readonly effectId: string;
  readonly target: string;
  readonly contactId: string;
  readonly kind: string;
  readonly attempts: number;
  readonly reason: string | null;
  readonly requestedAt: string;
  readonly notAfter: string;
  readonly deadAt: string;
}
interface OpenedDeadLetter extends DeadLetter {
  readonly message: { readonly to: string; readonly title: string; readonly body: string } | null;
}
interface ReplayOptions extends SharedOptions {
  readonly all?: boolean;
}

const EXAMPLE = '0197a3c2-5d6e-8f10-9a3b-4c5d6e7f8091';
const EVERYTHING = 1_000_000;

export function addDeadLetters(program: Command, streams: Streams): void {
  const letters = program.command('dead-letters').description('Effects that were refused or tried too often.');
  const list = letters
    .command('list')
    .description('List dead letters, newest first.')
    .action((options: ListOptions) => listLetters(options, streams));
  withExamples(withListOptions(list), 'afterclick dead-letters list');
  const show = letters
    .command('show')
    .description('Show one with what it was to say.')
    .argument('<effect>', 'id of the effect')
    .argument('[target]', 'where it was to go, when it died at several')
    .action((effect: string, target: string | undefined, options: SharedOptions) =>
      showLetter(effect, target, options, streams),
    );
  withExamples(withSharedOptions(show), `afterclick dead-letters show ${EXAMPLE}`);
  const replay = letters
    .command('replay')
    .description('Try it again.')
    .argument('[effect]', 'id of the effect')
    .argument('[target]', 'where it was to go, when it died at several')
    .option('--all', 'all of the workspace')
    .action((effect: string | undefined, target: string | undefined, options: ReplayOptions) =>
      replayLetters(effect, target, options, streams),
    );
  withExamples(
    withSharedOptions(replay),
    `afterclick dead-letters replay ${EXAMPLE}`,
    'afterclick dead-letters replay --all',
  );
  const discard = letters
    .command('discard')
    .description('Drop it for good.')
    .argument('<effect>', 'id of the effect')
    .argument('[target]', 'where it was to go, when it died at several')
    .action((effect: string, target: string | undefined, options: SharedOptions) =>
      discardLetter(effect, target, options, streams),
    );
  withExamples(withSharedOptions(discard), `afterclick dead-letters discard ${EXAMPLE}`);
}

async function listLetters(options: ListOptions, streams: Streams): Promise<void> {
  const api = await connect(options);
  const { items, more } = await api.list<DeadLetter>('/v1/dead-letters', {}, options.limit);
  if (options.json) return printJson(streams, items);
  const rows = items.map(({ effectId, kind, target, reason, attempts, deadAt }) => [
    ...[effectId, kind, target, reason, attempts],
    localTime(deadAt),
  ]);
  printTable(streams, ['effect', 'kind', 'target', 'reason', 'tries', 'died'], rows, ['reason']);
  printMore(streams, items.length, more);
}

async function showLetter(effect: string, target: string | undefined, options: SharedOptions, streams: Streams) {
  const api = await connect(options);
  const letter = await api.get<OpenedDeadLetter>(pathOf(await theLetter(api, effect, target)));
  if (options.json) return printJson(streams, letter);
  printLine(streams, `${letter.kind} to ${letter.target}, dead: ${letter.reason ?? 'no reason told'}`);
  printLine(streams);
  printFacts(streams, {
    effect: letter.effectId,
    contact: letter.contactId,
    attempts: letter.attempts,
    requested: zonedTime(letter.requestedAt),
    died: zonedTime(letter.deadAt),
    'not after': zonedTime(letter.notAfter),
    to: letter.message?.to,
    title: letter.message?.title,
  });
  if (letter.message === null) return printLine(streams, '\nWhat it was to say is erased with the contact.');
  printLine(streams);
  for (const line of letter.message.body.trim().split('\n')) printLine(streams, `  ${line}`);
}

async function replayLetters(
  effect: string | undefined,
  target: string | undefined,
  options: ReplayOptions,
  streams: Streams,
): Promise<void> {
  if ((effect === undefined) !== (options.all ?? false))
    throw new UsageError('Name the effect to replay, or give --all for all of the workspace.');
  const api = await connect(options);
  const letters =
    effect === undefined
      ? (await api.list<DeadLetter>('/v1/dead-letters', {}, EVERYTHING)).items
      : [await theLetter(api, effect, target)];
  for (const letter of letters) await api.send('POST', `${pathOf(letter)}/replay`);
  if (options.json)
    return printJson(streams, { replayed: letters.map(({ effectId, target: to }) => ({ effectId, target: to })) });
  printLine(streams, letters.length === 1 ? 'Queued again.' : `${letters.length} queued again.`);
}

async function discardLetter(effect: string, target: string | undefined, options: SharedOptions, streams: Streams) {
  const api = await connect(options);
  const letter = await theLetter(api, effect, target);
  await api.send('POST', `${pathOf(letter)}/discard`);
  if (options.json) return printJson(streams, { discarded: [{ effectId: letter.effectId, target: letter.target }] });
  printLine(streams, 'Discarded.');
}

function pathOf({ effectId, target }: Pick<DeadLetter, 'effectId' | 'target'>): string {
  return `/v1/dead-letters/${effectId}/${encodeURIComponent(target)}`;
}

/** Most effects die at one target, which then needs no naming. */
async function theLetter(
  api: ApiClient,
  effect: string,
  target: string | undefined,
): Promise<Pick<DeadLetter, 'effectId' | 'target'>> {
  const effectId = checkedId(effect, 'an effect');
  if (target !== undefined) return { effectId, target };
  const { items } = await api.list<DeadLetter>('/v1/dead-letters', {}, EVERYTHING);
  const [one, ...others] = items.filter((letter) => letter.effectId === effectId);
  if (!one) throw new CommandFailure(`There is no dead letter of the effect ${effectId}.`);
  if (others.length === 0) return one;
  throw new UsageError(
    `It died at ${[one, ...others].map((letter) => letter.target).join(' and ')}: name one of them.`,
  );
}
