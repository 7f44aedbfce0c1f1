/** `afterclick normalize`: what the engine makes of one request, or of a stream of them; nothing is stored. */
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { withJudgedActor } from '#engine/ingest/actor.js';
import type { After, RequestAnswer } from '#providers/normalize-request.js';
import { UsageError } from '../failure.js';
import { repeated, withExamples } from '../options.js';
import { printJson, printLine, printTable, type Streams } from '../output.js';

interface Options {
  readonly provider?: string;
  readonly method: string;
  readonly headers?: string;
  readonly key: readonly string[];
  readonly url?: string;
  readonly source?: string;
  readonly now?: string;
  readonly requests?: boolean;
  readonly json?: boolean;
}

export function addNormalize(program: Command, streams: Streams): void {
  const normalize = program
    .command('normalize')
    .description('Show what the engine makes of a provider’s request: verified or why not, and its canonical events.')
    .argument('[body-file]', 'the raw request body, byte for byte')
    .option('--provider <name>', 'who sends, e.g. sendgrid; a wrong name lists them all')
    .option('--method <method>', 'HTTP method', 'POST')
    .option('--headers <file.json>', 'request headers as a JSON object')
    .option('--key <value>', 'signing key; repeat for several', repeated, [])
    .option('--url <public-url>', 'the public URL registered at the provider')
    .option('--source <file.json>', 'the source’s settings as JSON (scheme, header, signedContent, deriveActors …)')
    .option('--now <iso>', 'clock to verify with; left out: the signature’s own time counts as fresh')
    .option('--requests', 'read requests as JSON lines from standard input, answer in JSON lines')
    .option('--json', 'print JSON')
    .action(async (file: string | undefined, options: Options) => {
      if (options.requests) {
        const { normalizeStream } = await import('#providers/normalize-stream.js');
        await pipeline(Readable.from(normalizeStream(process.stdin, asRecorded)), streams.out, { end: false });
        return;
      }
      const request = await requestOf(file, options);
      const { normalizeRequest } = await import('#providers/normalize-request.js');
      const answer = normalizeRequest(JSON.stringify(request), asRecorded);
      if (options.json) printJson(streams, answer);
      else printAnswer(streams, answer);
    });
  withExamples(
    normalize,
    'afterclick normalize --provider sendgrid --headers headers.json --key MFkw… body.json',
    'afterclick normalize --requests < requests.jsonl',
  );
}

/** Ingest judges who opened and clicked where the provider does not say, unless the source leaves it (`deriveActors: false`). */
const asRecorded: After = (engagement, source) =>
  withJudgedActor(engagement, { deriveActors: source['deriveActors'] !== false });

async function requestOf(file: string | undefined, options: Options): Promise<object> {
  if (file === undefined) throw new UsageError('Name the file with the request body, or use --requests.');
  if (options.provider === undefined) throw new UsageError('Name the provider: --provider NAME.');
  const { PROVIDERS, providerNamed } = await import('#providers/registry.js');
  const provider = providerNamed(options.provider);
  if (!provider)
    throw new UsageError(
      `No provider is named "${options.provider}". There are: ${PROVIDERS.map(({ name }) => name).join(', ')}.`,
    );
  const settings = options.source === undefined ? {} : jsonFile(options.source, '--source');
  const scheme = options.key.length === 0 && settings.scheme === undefined ? 'none' : provider.schemes[0];
  return {
    id: 'request',
    provider: provider.name,
    method: options.method,
    url: options.url ?? '',
    headers: lowerCase(options.headers === undefined ? {} : jsonFile(options.headers, '--headers')),
    bodyBase64: readFileSync(file).toString('base64'),
    now: options.now ?? null,
    source: {
      scheme,
      keys: options.key,
      ...(options.url === undefined ? {} : { signedUrl: options.url }),
      ...settings,
    },
  };
}

function lowerCase(headers: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function jsonFile(path: string, option: string): Record<string, unknown> {
  const text = readFileSync(path, 'utf8');
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (error) {
    throw new UsageError(`${option} ${path} is not JSON: ${(error as Error).message}`);
  }
  throw new UsageError(`${option} ${path} must hold a JSON object.`);
}

function printAnswer(streams: Streams, answer: RequestAnswer): void {
  const kind = answer.rejectKind === undefined ? '' : ` (${answer.rejectKind})`;
  const verified = { true: 'verified', false: 'NOT verified', null: 'not signed' }[String(answer.verified)];
  printLine(streams, `${answer.outcome}${kind}, ${verified}`);
  if (answer.error !== undefined) printLine(streams, answer.error);
  if (answer.response) printLine(streams, `answered ${answer.response.status}`);
  if (answer.events.length === 0) return;
  printLine(streams);
  printTable(
    streams,
    ['type', 'recipient', 'occurred at', 'actor', 'provider type', 'event id'],
    answer.events.map((event) => [
      event.type,
      event.recipient,
      event.occurredAt,
      event.actorDerived ? `${event.actor} (derived)` : event.actor,
      event.providerEventType,
      event.providerEventId,
    ]),
  );
}
