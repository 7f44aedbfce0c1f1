/** One run of one import, from where it stands to its end. */
import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { openCsv } from '#adapters/files/csv.js';
import { openJsonValues } from '#adapters/files/json-values.js';
import { openNdjson } from '#adapters/files/ndjson.js';
import { sourceToReread } from '#adapters/postgres/deliveries/since.js';
import { ImportRun, releaseImport, type TakenImport } from '#adapters/postgres/imports/import-runs.js';
import { PostgresImports } from '#adapters/postgres/imports/imports.js';
import { inputOutcomes } from '#adapters/postgres/inputs/input-outcomes.js';
import { refusal } from '#apps/api/commands/answer.js';
import type { Uuid } from '#contracts/ids.js';
import type { WishContext } from '#domain/contact/wish/contact-wish.js';
import type { Import } from '#engine/imports/import.js';
import type { About } from '#engine/imports/progress.js';
import { FileError, type Rows } from '#engine/imports/row.js';
import { type ImportPorts, type Input, type Outcome, runImport } from '#engine/imports/run-import.js';
import { FencedError, WorldError } from '#engine/log/errors.js';
import { bulkGate } from '#platform/runtime/live-first.js';
import { PROJECTION_GROUP, RULES_GROUP, type Runtime } from '#platform/runtime/runtime.js';
import { providerNamed } from '#providers/registry.js';
import { contactJob, type Job } from './contacts/contact-job.js';
import { engagementJob } from './engagements/engagement-job.js';

export type ImporterParts = Pick<
  Runtime,
  'pool' | 'log' | 'checkpoints' | 'topics' | 'workspaceKeys' | 'masterKey' | 'clock'
> & {
  readonly logger: Logger;
  /** What the workspace declares of its contacts now. */
  readonly declared: (workspaceId: Uuid) => Promise<WishContext>;
};

/** So often it may come to nothing before it is given up. */
const TRIES = 3;
const RENEW_MS = 3_000;

/** Runs to its end, or until `signal` is aborted: then whoever takes it next goes on. Rejects with a fault of ours or of the world. */
export async function runTaken(parts: ImporterParts, taken: TakenImport, signal: AbortSignal): Promise<void> {
  const run = new ImportRun(parts.pool, parts.masterKey, taken);
  const imports = new PostgresImports(parts.pool, parts.masterKey);
  const wanted = await imports.one(taken.workspaceId, taken.id);
  if (wanted === null) throw new Error(`import ${taken.id} was taken and is not there`);
  if (taken.tries > TRIES) {
    const error = `It came to nothing ${TRIES} times, by a fault of ours: the log of the process names it.`;
    return run.end('failed', { ...wanted.about, error });
  }
  const fenced = new AbortController();
  const stop = AbortSignal.any([signal, fenced.signal]);
  const renewing = setInterval(() => {
    // A renewal that fails is made good by the next; the lease outlasts three.
    run.renew().then(
      (mine) => mine || fenced.abort(new FencedError(`import ${taken.id} is another's by now`)),
      () => undefined,
    );
  }, RENEW_MS);
  try {
    await finish(parts, run, imports, wanted, stop);
  } catch (error) {
    if (error instanceof FencedError) return;
    await releaseImport(parts.pool, taken, signal.aborted || error instanceof WorldError).catch(() => undefined);
    if (!signal.aborted) throw error;
  } finally {
    clearInterval(renewing);
  }
}

async function finish(
  parts: ImporterParts,
  run: ImportRun,
  imports: PostgresImports,
  wanted: Import,
  signal: AbortSignal,
): Promise<void> {
  let about: About = wanted.about;
  try {
    await checkWhole(imports, wanted);
    const job = await jobOf(parts, imports, wanted);
    about = { ...job.about, ...(about.samples === undefined ? {} : { samples: about.samples }) };
    await run.tell(about);
    const ports = portsOf(parts, run, wanted, async (samples) => {
      about = { ...about, samples };
      await run.tell(about);
    });
    const dryRun = wanted.wish.dryRun ?? false;
    await runImport({ rows: job.rows, make: job.make, done: wanted.counts, dryRun, signal }, ports);
    await run.end('finished', about);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    await run.end('failed', { ...about, error: error.message });
  }
}

/** Before the first row is taken: a file that was changed while it was handed over is none. */
async function checkWhole(imports: PostgresImports, { workspaceId, id, wish, counts }: Import): Promise<void> {
  if (wish.sha256 === undefined || counts.rows > 0) return;
  const hash = createHash('sha256');
  for await (const piece of imports.content(workspaceId, id)) hash.update(piece);
  if (hash.digest('hex') === wish.sha256) return;
  throw new FileError(
    'The file that came is not the one that was announced (its SHA-256 differs): hand it over again.',
  );
}

async function jobOf(parts: ImporterParts, imports: PostgresImports, wanted: Import): Promise<Job> {
  const { workspaceId, id, kind, sourceId, wish } = wanted;
  const bytes = imports.content(workspaceId, id);
  const jobParts = { keys: parts.workspaceKeys, clock: parts.clock, topic: () => parts.topics.engagements };
  if (kind === 'contacts')
    return contactJob(wanted, await contactRows(bytes, wish), jobParts, await parts.declared(workspaceId));
  const source = sourceId === null ? null : await sourceToReread(parts.pool, workspaceId, sourceId);
  const provider = source === null ? undefined : providerNamed(source.provider);
  if (source === null || provider === undefined) throw new FileError('There is no such source any more.');
  const rows = openJsonValues(bytes, wish.format === 'json' ? 'json' : 'ndjson');
  return engagementJob(wanted, source, provider, rows, jobParts);
}

async function contactRows(bytes: AsyncIterable<Buffer>, { format, delimiter }: Import['wish']): Promise<Rows> {
  if (format === 'csv') return openCsv(bytes, delimiter === undefined ? {} : { delimiter });
  return openNdjson(bytes);
}

function portsOf(
  { pool, log, checkpoints, topics }: ImporterParts,
  run: ImportRun,
  { workspaceId }: Import,
  samples: ImportPorts['samples'],
): ImportPorts {
  const decisions = bulkGate({ log, checkpoints }, RULES_GROUP, () => topics.engagements);
  const shown = bulkGate({ log, checkpoints }, PROJECTION_GROUP, () => topics.contactEvents);
  return {
    log,
    now: () => performance.now(),
    gate: {
      // What is decided is not seen yet: nor may the read side fall behind for it.
      admit: async (partitions, stop) => {
        const all = Array.from({ length: log.partitions(topics.contactEvents) }, (_, partition) => partition);
        await shown.admit(new Set(all), stop);
        await decisions.admit(partitions, stop);
      },
      decided: (places, stop) => decisions.decided(places, stop),
    },
    outcomes: async (inputs) =>
      outcomesOf(inputs, await inputOutcomes(pool, workspaceId, inputs.map(refOf), RULES_GROUP)),
    save: (counts, rejects) => run.save(counts, rejects),
    samples,
  };
}

const refOf = (input: Input) => ({ ...input, above: 0 });

function outcomesOf(inputs: readonly Input[], found: Awaited<ReturnType<typeof inputOutcomes>>): readonly Outcome[] {
  const byId = new Map(found.map((one) => [one.inputId, one]));
  return inputs.map(({ inputId }) => {
    const one = byId.get(inputId);
    const refused = one?.refused ?? null;
    return {
      changed: refused === null && one !== undefined && one.version !== null,
      refused: refused === null ? null : refusal(refused).detail,
    };
  });
}
