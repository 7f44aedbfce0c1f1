/** `afterclick quarantine redrive|discard`, `afterclick deliveries renormalise`: kept requests are read again, or given up. */
import { type Command, InvalidArgumentError } from 'commander';
import type { Quarantined } from '../answers.js';
import type { ApiClient } from '../api-client.js';
import { connect } from '../connect.js';
import { CommandFailure, UsageError } from '../failure.js';
import { checkedId } from '../find-contact.js';
import { type SharedOptions, withExamples, withSharedOptions } from '../options.js';
import { printJson, printLine, type Streams } from '../output.js';
import { sourceNamed } from '../sources/find-source.js';

interface ManyOptions extends SharedOptions {
  readonly all?: boolean;
  readonly source?: string;
}
interface RenormaliseOptions extends SharedOptions {
  readonly source: string;
  readonly since: string;
}

const EXAMPLE = '0197a3c2-5d6e-8f10-9a3b-4c5d6e7f8091';
const EVERYTHING = 1_000_000;

/** One, several, or all that is open (of one source). */
function withMany(command: Command): Command {
  return withSharedOptions(
    command
      .argument('[id...]', 'ids in quarantine')
      .option('--all', 'all that waits')
      .option('--source <name|id>', 'only of this source'),
  );
}

export function addRedrive(quarantine: Command, streams: Streams): void {
  const command = quarantine
    .command('redrive')
    .description('Read parts again, after a fix: those that are understood now count once.')
    .action((ids: readonly string[], options: ManyOptions) => redrive(ids, options, streams));
  withExamples(
    withMany(command),
    `afterclick quarantine redrive ${EXAMPLE}`,
    'afterclick quarantine redrive --all --source website',
  );
}

export function addDiscard(quarantine: Command, streams: Streams): void {
  const command = quarantine
    .command('discard')
    .description('Give parts up; they stay counted as quarantined.')
    .action(async (ids: readonly string[], options: ManyOptions) => {
      checkMany(ids, options);
      const api = await connect(options);
      const source = await sourceId(api, options);
      const given = ids.length === 0 ? {} : { ids: ids.map((id) => checkedId(id, 'a part in quarantine')) };
      const done = await api.send<{ discarded: number }>('POST', '/v1/quarantine/discard', { ...given, source });
      if (options.json) return printJson(streams, done);
      printLine(streams, `${done.discarded} discarded.`);
    });
  withExamples(
    withMany(command),
    `afterclick quarantine discard ${EXAMPLE}`,
    'afterclick quarantine discard --all --source website',
  );
}

function checkMany(ids: readonly string[], { all }: ManyOptions): void {
  if (ids.length > 0 === (all === true)) throw new UsageError('Name the parts by their ids, or give --all.');
}

async function sourceId(api: ApiClient, { source }: ManyOptions): Promise<string | undefined> {
  return source === undefined ? undefined : (await sourceNamed(api, source)).id;
}

async function redrive(ids: readonly string[], options: ManyOptions, streams: Streams): Promise<void> {
  checkMany(ids, options);
  const api = await connect(options);
  const source = await sourceId(api, options);
  const wanted = options.all
    ? (await api.list<Quarantined>('/v1/quarantine', { source }, EVERYTHING)).items.map(({ id }) => id)
    : ids.map((id) => checkedId(id, 'a part in quarantine'));
  const done: { id: string; engagements?: number; error?: string }[] = [];
  for (const id of wanted) {
    try {
      const { engagements } = await api.send<{ engagements: number }>('POST', `/v1/quarantine/${id}/redrive`);
      done.push({ id, engagements });
    } catch (error) {
      if (!(error instanceof CommandFailure)) throw error;
      done.push({ id, error: error.message });
    }
  }
  if (options.json) printJson(streams, done);
  else
    for (const { id, engagements, error } of done)
      printLine(streams, `${id}  ${error ?? `${engagements} engagements`}`);
  const failed = done.filter(({ error }) => error !== undefined).length;
  if (failed > 0) throw new CommandFailure(`${failed} of ${done.length} are still not understood.`);
  if (!options.json && done.length === 0) printLine(streams, 'Nothing waits in quarantine.');
}

export function addRenormalise(deliveries: Command, streams: Streams): void {
  const command = deliveries
    .command('renormalise')
    .description(
      'Read the kept requests of a source again with the parser of today; what is known already changes nothing.',
    )
    .requiredOption('--source <name|id>', 'the source')
    .requiredOption('--since <time>', 'requests received from then on: 2026-11-24T09:00:00Z, or 7d, 12h', timeAgo)
    .action((options: RenormaliseOptions) => renormalise(options, streams));
  withExamples(withSharedOptions(command), 'afterclick deliveries renormalise --source website --since 7d');
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

function timeAgo(text: string): string {
  const [, count, unit = ''] = /^(\d+)([mhd])$/.exec(text) ?? [];
  const at = count === undefined ? Date.parse(text) : Date.now() - Number(count) * (UNITS[unit] ?? 0);
  if (!Number.isFinite(at))
    throw new InvalidArgumentError('Expected a time such as 2026-11-24T09:00:00Z, or 7d, 12h, 30m.');
  return new Date(at).toISOString();
}

interface Renormalised {
  readonly deliveries: number;
  readonly engagements: number;
  readonly settled: number;
  readonly gone: number;
  readonly next: string | null;
}

async function renormalise(options: RenormaliseOptions, streams: Streams): Promise<void> {
  const api = await connect(options);
  const { id, name } = await sourceNamed(api, options.source);
  const asked = { source: id, since: options.since, until: new Date().toISOString() };
  const total = { deliveries: 0, engagements: 0, settled: 0, gone: 0 };
  let cursor: string | undefined;
  do {
    const page: Renormalised = await api.send('POST', '/v1/deliveries/renormalise', { ...asked, cursor });
    for (const name of ['deliveries', 'engagements', 'settled', 'gone'] as const) total[name] += page[name];
    cursor = page.next ?? undefined;
    if (!options.json && cursor !== undefined) printLine(streams, `${total.deliveries} requests …`);
  } while (cursor !== undefined);
  if (options.json) return printJson(streams, total);
  printLine(
    streams,
    `${total.deliveries} requests of ${name} were read again: ${total.engagements} engagements (those known already change nothing), ${total.settled} parts left quarantine.`,
  );
  if (total.gone > 0)
    printLine(streams, `${total.gone} could no longer be opened: the keys of their days were destroyed.`);
}
