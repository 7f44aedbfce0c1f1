/** Drafts: written by people, checked on every look, published as the next version. Nothing of a draft is in force. */
import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from '#adapters/postgres/pool.js';
import { endDraft, findDraft, listDrafts, type RuleDraft, writeDraft } from '#adapters/postgres/rules/drafts.js';
import { liveVersions, type WholeVersion } from '#adapters/postgres/rules/rule-versions.js';
import { publishLibrary } from '#apps/rules/publish-library.js';
import type { Uuid } from '#contracts/ids.js';
import type { Reach } from '#domain/contact/trial/reach-said.js';
import { type Library, readLibrary } from '#domain/rules/library.js';
import type { RuleProblem } from '#domain/rules/problem.js';
import type { Published, PublishingParts, RuleFile } from '#engine/publishing/publish.js';
import { Problem } from '#platform/http/problem.js';
import { libraryContextOf } from '../declarations/declarations.js';
import { CLOCK, POOL, PUBLISHING } from '../dependencies.js';
import { RuleReach } from './rule-reach.js';

/** What the caller read before: `none` allows only a new one, `any` writes over whatever is there. */
export type Expected = number | 'any' | 'none';

export interface DraftShown extends RuleDraft {
  readonly problems: readonly RuleProblem[];
}

export interface DraftWish {
  readonly yaml: string;
  readonly templates: { readonly [name: string]: string };
}

@Injectable()
export class DraftDesk {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(PUBLISHING) private readonly parts: PublishingParts,
    @Inject(CLOCK) private readonly clock: () => number,
    private readonly reach: RuleReach,
  ) {}

  list(workspaceId: Uuid): Promise<readonly RuleDraft[]> {
    return listDrafts(this.pool, workspaceId);
  }

  /** Throws a 404 Problem. */
  async one(workspaceId: Uuid, rule: string): Promise<DraftShown> {
    const draft = await findDraft(this.pool, workspaceId, rule);
    if (draft === null) throw new Problem(404, 'Not found', `Rule ${rule} has no draft.`);
    return this.#checked(workspaceId, draft);
  }

  /** Throws a 412 Problem that says who changed it, and when. */
  async write(
    workspaceId: Uuid,
    rule: string,
    wish: DraftWish,
    expected: Expected,
    author: string,
  ): Promise<DraftShown> {
    const live = await liveVersions(this.pool, workspaceId);
    const basedOn = live.find((one) => one.rule === rule)?.version ?? null;
    const written = { ...wish, basedOn, author, at: this.clock() };
    const draft = await writeDraft(this.pool, workspaceId, rule, written, (before) => mustBe(rule, before, expected));
    return this.#checked(workspaceId, draft);
  }

  /** Gives what is thrown away. Throws a 404 or a 412 Problem. */
  async remove(workspaceId: Uuid, rule: string, expected: Expected): Promise<DraftShown> {
    const draft = await this.#expected(workspaceId, rule, expected);
    const shown = await this.#checked(workspaceId, draft);
    if (!(await endDraft(this.pool, workspaceId, rule, draft.revision, this.clock())))
      mustBe(rule, await findDraft(this.pool, workspaceId, rule), draft.revision);
    return shown;
  }

  /**
   * Publishes the draft as it was read. One that was changed at the same moment stays a draft. Throws a 404 or a 412 Problem; what is
   * wrong with the draft is the outcome `refused`. `confirmed`: also where it would act on many at once, else that is a 409 Problem.
   */
  async publish(
    workspaceId: Uuid,
    rule: string,
    expected: Expected,
    by: { readonly author: string; readonly note?: string },
    confirmed: boolean,
  ): Promise<Published<RuleProblem>> {
    const draft = await this.#expected(workspaceId, rule, expected);
    const { rules, problems } = await this.library(workspaceId, draft);
    if (problems.length > 0) return { outcome: 'refused', problems };
    if (!confirmed) await this.reach.mustBeConfirmed(workspaceId, rules);
    const files = filesOf(draft, await liveVersions(this.pool, workspaceId));
    const done = await publishLibrary(this.pool, this.parts, workspaceId, files, by);
    if (done.outcome !== 'refused') await endDraft(this.pool, workspaceId, rule, draft.revision, this.clock());
    return done;
  }

  /** On how many contacts it would act. Throws a 404 Problem; null with its problems where it has any. */
  async reachOf(
    workspaceId: Uuid,
    rule: string,
  ): Promise<{ readonly problems: readonly RuleProblem[]; readonly reach: Reach | null }> {
    const draft = await this.#expected(workspaceId, rule, 'any');
    const { rules, problems } = await this.library(workspaceId, draft);
    if (problems.length > 0) return { problems, reach: null };
    return { problems, reach: (await this.reach.of(workspaceId, rules))[0] ?? null };
  }

  /** The draft as it would be published. */
  async library(workspaceId: Uuid, draft: Pick<RuleDraft, 'rule' | 'yaml' | 'templates'>): Promise<Library> {
    const live = await liveVersions(this.pool, workspaceId);
    const library = readLibrary(filesOf(draft, live), await libraryContextOf(this.pool, workspaceId));
    const [named] = library.rules;
    if (!named || named.rule === draft.rule) return library;
    const problem = `the draft of ${draft.rule} is of a rule called ${named.rule}`;
    const cure = `write rule: ${draft.rule}, or begin a draft of ${named.rule}`;
    return {
      ...library,
      problems: [...library.problems, { file: fileOf(draft.rule), line: 1, column: 1, problem, cure }],
    };
  }

  async #expected(workspaceId: Uuid, rule: string, expected: Expected): Promise<RuleDraft> {
    const draft = await findDraft(this.pool, workspaceId, rule);
    if (draft === null) throw new Problem(404, 'Not found', `Rule ${rule} has no draft.`);
    if (expected !== 'none') mustBe(rule, draft, expected);
    return draft;
  }

  async #checked(workspaceId: Uuid, draft: RuleDraft): Promise<DraftShown> {
    return { ...draft, problems: (await this.library(workspaceId, draft)).problems };
  }
}

export function fileOf(rule: string): string {
  return `rules/${rule}.yaml`;
}

/** Beside the draft's own templates those of the rules in force, so that it need not repeat them. */
function filesOf(
  { rule, yaml, templates }: Pick<RuleDraft, 'rule' | 'yaml' | 'templates'>,
  live: readonly WholeVersion[],
): readonly RuleFile[] {
  const others = live.filter((one) => one.rule !== rule).flatMap((one) => Object.entries(one.templates));
  const mine = Object.entries(live.find((one) => one.rule === rule)?.templates ?? {});
  const all = Object.fromEntries([...others, ...mine, ...Object.entries(templates)]);
  const texts = Object.entries(all).map(([name, text]) => ({ path: `templates/${name}.md`, text }));
  return [{ path: fileOf(rule), text: yaml }, ...texts];
}

function mustBe(rule: string, draft: RuleDraft | null, expected: Expected): void {
  if (expected === 'any' || (expected === 'none' ? draft === null : draft?.revision === expected)) return;
  if (draft === null)
    throw new Problem(
      412,
      'Precondition failed',
      `The draft of ${rule} is gone: it was published or deleted meanwhile.`,
    );
  const { author, changedAt, revision } = draft;
  const when = new Date(changedAt).toISOString();
  const what =
    expected === 'none'
      ? `There is a draft of ${rule} already, last changed by ${author} at ${when} (revision ${revision}).`
      : `The draft of ${rule} was changed by ${author} at ${when} (revision ${revision}) since you read it.`;
  const cure = 'Read it, then send If-Match with its ETag.';
  throw new Problem(412, 'Precondition failed', `${what} ${cure}`, { headers: { etag: `"${revision}"` } });
}
