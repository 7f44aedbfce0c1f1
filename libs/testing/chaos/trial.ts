/** A system under load with a checker beside it: what a fault run and a directed test have in common. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Undo } from '#platform/process/undo.js';
import { installed } from '#platform/runtime/installation.js';
import { expectedOf, readJournal } from '../checker/expected.js';
import type { Findings } from '../checker/findings.js';
import { observe, type UnderWay, underWay } from '../checker/observed.js';
import { type Evidence, reconcile } from '../checker/reconcile.js';
import { RecordingTarget } from '../checker/recording-target.js';
import { Journal } from '../senders/journal.js';
import type { SendingProvider } from '../senders/providers.js';
import { Random } from '../senders/random.js';
import type { Senders } from '../senders/sending.js';
import { until } from '../until.js';
import { BooksWatch } from './books-watch.js';
import { contactAt, parkedContacts } from './poison.js';
import { rebuild } from './rebuild.js';
import { Scrape } from './scrape.js';
import { call, layOut, type Setting, sourcesKnown } from './setting.js';
import type { Shape, ShapeOptions } from './shape.js';

/** What senders need to know. */
export interface Meeting {
  readonly providers: readonly SendingProvider[];
  /** Addresses of the instances that take requests. */
  readonly targets: readonly string[];
  readonly journal: Journal;
  readonly random: Random;
}

export interface TrialOptions<S extends Senders> {
  readonly shape: (options: ShapeOptions) => Promise<Shape>;
  readonly program: string;
  readonly seed: number;
  readonly senders: (meeting: Meeting) => S;
}

export interface Conclusion {
  readonly findings: Findings;
  readonly evidence: Evidence;
  /** Milliseconds from the last acknowledgement to the last effect. */
  readonly drainMs: number;
  readonly batches: { readonly aborted: number; readonly fenced: number };
  /** How often the books were looked at. */
  readonly looks: number;
  /** Records that a relay brought again, dropped. */
  readonly repeats: number;
}

/** Everything must have come to its end within so long. */
const DRAIN_MS = 60_000;
const LOOK_MS = 100;

interface Parts<S extends Senders> {
  readonly program: string;
  readonly folder: string;
  readonly journalFile: string;
  readonly target: RecordingTarget;
  readonly shape: Shape;
  readonly setting: Setting;
  readonly journal: Journal;
  readonly senders: S;
  readonly scrape: Scrape;
  readonly books: BooksWatch;
}

export class Trial<S extends Senders> {
  #poisoned = 0;
  /** What did not go as it should, meanwhile. */
  readonly #faults: string[] = [];

  private constructor(
    private readonly parts: Parts<S>,
    readonly random: Random,
  ) {}

  /** Starts everything, senders too; resolves when they are ready. */
  static async open<S extends Senders>(options: TrialOptions<S>): Promise<Trial<S>> {
    const { shape: shapeOf, program, seed } = options;
    const random = new Random(seed);
    const folder = mkdtempSync(join(tmpdir(), 'afterclick-trial-'));
    const masterKey = randomBytes(32).toString('hex');
    const secret = `whsec_${randomBytes(24).toString('base64')}`;
    // One message in fifty is refused at first: it comes again.
    const chance = random.fork();
    const undo = new Undo();
    try {
      const target = await RecordingTarget.start({ secret, first: () => (chance.chance(0.02) ? 503 : 204) });
      undo.add(() => target.stop());
      const rules = installed('libs', 'testing', 'chaos', 'library');
      const shape = await shapeOf({ program, folder, rules, masterKey });
      undo.add(async () => void (await shape.stop()));
      const setting = await layOut(shape, { url: target.url, secret }, masterKey);
      await shape.complete();
      await sourcesKnown(shape, setting);
      const journalFile = join(folder, 'journal.jsonl');
      const journal = await Journal.open(journalFile);
      const targets = shape.ingest.map(({ url }) => url);
      const senders = options.senders({ targets, providers: setting.providers, journal, random: random.fork() });
      await senders.ready();
      const scrape = new Scrape(shape.instances);
      const books = new BooksWatch(shape, setting.workspaceId).start();
      const around = { target, shape, setting, scrape, books };
      return new Trial({ program, folder, journalFile, journal, senders, ...around }, random);
    } catch (error) {
      await undo.run();
      throw error;
    }
  }

  get shape(): Shape {
    return this.parts.shape;
  }

  get folder(): string {
    return this.parts.folder;
  }

  get senders(): S {
    return this.parts.senders;
  }

  /** Batches that were fenced so far. */
  async fenced(): Promise<number> {
    await this.parts.scrape.now();
    return this.parts.scrape.total('afterclick_batches_fenced_total');
  }

  /** Engagements acknowledged so far. */
  get acknowledged(): number {
    return this.parts.senders.acknowledged;
  }

  /** Resolves once `count` more engagements were acknowledged: what was struck takes requests again. */
  async more(count: number, withinMs = 30_000): Promise<void> {
    const goal = this.acknowledged + count;
    await until(() => this.acknowledged >= goal, withinMs);
  }

  /** Resolves once a sender was refused, or waited in vain: what was struck is felt. */
  async unanswered(): Promise<void> {
    const { senders } = this.parts;
    const before = senders.unanswered;
    await until(() => senders.unanswered > before, 30_000);
  }

  /** Puts an unreadable record on the log, in front of what is told of some contact from now on. */
  async poison(): Promise<void> {
    const { shape, setting } = this.parts;
    const { workspaceId } = setting;
    const contact = await shape.database.use((client) => contactAt(client, workspaceId, this.#poisoned));
    await shape.log.poison(workspaceId, contact);
    this.#poisoned += 1;
  }

  /** The read models built anew while all goes on, and compared with the record. */
  async rebuild(): Promise<void> {
    await this.#rebuild(false);
  }

  async #rebuild(compareOnly: boolean): Promise<void> {
    const { shape, program, folder } = this.parts;
    const fault = await rebuild(shape, { program, folder, compareOnly });
    if (fault !== null) this.#faults.push(fault);
  }

  /** Ends the load, lets everything come to its end, and compares. */
  async conclude(withinMs = DRAIN_MS): Promise<Conclusion> {
    const { shape, setting, senders, journal, journalFile, target, scrape, books } = this.parts;
    const since = performance.now();
    await within(DRAIN_MS, senders.stop());
    await journal.close();
    await this.#unpark();
    const left = await this.#drained(since + withinMs);
    const drainMs = performance.now() - since;
    await scrape.now();
    await scrape.stop();
    await books.stop();
    await books.look();
    if (left.length === 0) await this.#rebuild(true);
    const observed = await shape.database.use((client) => observe(client, setting.workspaceId));
    const expected = expectedOf(readJournal(journalFile));
    const evidence: Evidence = {
      expected,
      observed,
      received: target.received,
      underWay: left,
      surplus: shape.log.surplus(),
    };
    const found = reconcile(evidence);
    const crashes = shape.instances.flatMap((instance) => instance.crashes);
    const unready = (await Promise.all(shape.instances.map(({ url }) => unreadiness(url)))).flat();
    return {
      findings: {
        ...found,
        lost: [...found.lost, ...books.faults],
        stuck: [...found.stuck, ...this.#faults, ...crashes, ...unready],
      },
      looks: books.looks,
      evidence,
      drainMs,
      batches: {
        aborted: scrape.total('afterclick_batches_aborted_total'),
        fenced: scrape.total('afterclick_batches_fenced_total'),
      },
      repeats: scrape.total('afterclick_repeats_dropped_total'),
    };
  }

  /** Ends what was started. The folder stays when `keep` says so: it holds journal and logs. */
  async close({ keep = false } = {}): Promise<readonly string[]> {
    const { shape, target, scrape, books, folder } = this.parts;
    await scrape.stop();
    await books.stop();
    shape.database.resume();
    const faults = await shape.stop();
    await target.stop();
    if (!keep) rmSync(folder, { recursive: true, force: true });
    return faults;
  }

  /** Once every record has been read: what is poison is dropped, and what waited behind it is decided. */
  async #unpark(): Promise<void> {
    const { shape, setting } = this.parts;
    if (this.#poisoned === 0) return;
    const { workspaceId, apiKey } = setting;
    const parked = (): Promise<readonly string[]> =>
      shape.database.use((client) => parkedContacts(client, workspaceId));
    await until(async () => (await this.#underWay()).every(({ what }) => !what.startsWith('not yet read')), DRAIN_MS);
    const { url } = shape.api;
    for (const contactId of await parked())
      await call(`${url}/v1/parked/${contactId}/replay`, apiKey, { discard: true });
  }

  async #drained(by: number): Promise<readonly UnderWay[]> {
    let left: readonly UnderWay[] = [];
    try {
      await until(
        async () => {
          left = await this.#underWay();
          if (left.length > 0) await sleep(LOOK_MS);
          return left.length === 0;
        },
        Math.max(1, by - performance.now()),
      );
    } catch {
      // What is left is what the checker calls stuck.
      return left;
    }
    return [];
  }

  async #underWay(): Promise<readonly UnderWay[]> {
    const { shape, setting } = this.parts;
    const { log, database } = shape;
    const seen = { ends: await log.ends(), isRelayed: log.isRelayed };
    return database.use((client) => underWay(client, setting.workspaceId, seen));
  }
}

/** Why an instance says it is not ready, once all is over. */
async function unreadiness(url: string): Promise<readonly string[]> {
  const answer = await fetch(`${url}/health/ready`);
  return answer.ok ? [] : [`${url} is not ready: ${await answer.text()}`];
}

/** What is not over by then is left to the checker: it is in the journal that it was not acknowledged. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
