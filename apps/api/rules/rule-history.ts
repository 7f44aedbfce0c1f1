/** Versions of a rule, and what differs: between two of them, a draft, and what files would publish. */
import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from '#adapters/postgres/pool.js';
import { findDraft } from '#adapters/postgres/rules/drafts.js';
import { liveVersions, versionsOfRule, type WholeVersion } from '#adapters/postgres/rules/rule-versions.js';
import type { Uuid } from '#contracts/ids.js';
import { type Comparable, diffRules, type RuleDiff } from '#domain/rules/diff/diff.js';
import { readLibrary } from '#domain/rules/library.js';
import type { RuleProblem } from '#domain/rules/problem.js';
import { Problem } from '#platform/http/problem.js';
import { libraryContextOf } from '../declarations/declarations.js';
import { POOL } from '../dependencies.js';
import { DraftDesk } from './draft-desk.js';

/** A version by number, the one published last, or the draft. */
export type Side = number | 'live' | 'draft';

export interface FileDiff extends RuleDiff {
  readonly rule: string;
  /** `unlisted`: it is live, and no file has it. */
  readonly change: 'added' | 'changed' | 'unlisted';
  /** Version published last. */
  readonly live: number | null;
}

@Injectable()
export class RuleHistory {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    private readonly drafts: DraftDesk,
  ) {}

  /** Newest first, and which of them is published. Throws a 404 Problem. */
  async versions(
    workspaceId: Uuid,
    rule: string,
  ): Promise<{ readonly live: number | null; readonly versions: readonly WholeVersion[] }> {
    const versions = await versionsOfRule(this.pool, workspaceId, rule);
    if (versions.length === 0) throw new Problem(404, 'Not found', `There is no rule ${rule}.`);
    const live = (await liveVersions(this.pool, workspaceId)).find((one) => one.rule === rule);
    return { live: live?.version ?? null, versions };
  }

  /** Throws a 404 Problem when a side is not there; `live` of a rule that is not published is nothing. */
  async diff(workspaceId: Uuid, rule: string, from: Side, to: Side): Promise<RuleDiff> {
    const versions = await versionsOfRule(this.pool, workspaceId, rule);
    const side = (one: Side): Promise<Comparable | null> => this.#side(workspaceId, rule, versions, one);
    const [before, after] = await Promise.all([side(from), side(to)]);
    return diffRules(before, after);
  }

  /** What these files would change, and what is live without a file: nothing when live is what the files say. */
  async ofFiles(
    workspaceId: Uuid,
    files: Readonly<Record<string, string>>,
  ): Promise<{ readonly problems: readonly RuleProblem[]; readonly changes: readonly FileDiff[] }> {
    const list = Object.entries(files).map(([path, text]) => ({ path, text }));
    const [context, live] = await Promise.all([
      libraryContextOf(this.pool, workspaceId),
      liveVersions(this.pool, workspaceId),
    ]);
    const { rules, segments, problems } = readLibrary(list, context);
    const definitions = [...rules, ...segments];
    if (problems.length > 0) return { problems, changes: [] };
    const written = definitions.flatMap((one): FileDiff[] => {
      const before = live.find(({ rule }) => rule === one.rule) ?? null;
      if (before?.hash === one.hash) return [];
      const change = before === null ? 'added' : 'changed';
      return [{ rule: one.rule, change, live: before?.version ?? null, ...diffRules(before, one) }];
    });
    const unlisted = live
      .filter(({ rule }) => !definitions.some((one) => one.rule === rule))
      .map((one): FileDiff => ({ rule: one.rule, change: 'unlisted', live: one.version, ...diffRules(one, null) }));
    return { problems: [], changes: [...written, ...unlisted].sort((a, b) => (a.rule < b.rule ? -1 : 1)) };
  }

  async #side(
    workspaceId: Uuid,
    rule: string,
    versions: readonly WholeVersion[],
    side: Side,
  ): Promise<Comparable | null> {
    if (side === 'live') return (await liveVersions(this.pool, workspaceId)).find((one) => one.rule === rule) ?? null;
    if (side === 'draft') return this.#draft(workspaceId, rule);
    const version = versions.find((one) => one.version === side);
    if (!version) throw new Problem(404, 'Not found', `Rule ${rule} has no version ${side}.`);
    return version;
  }

  /** As it would be published; one that has a problem is compared by its text. */
  async #draft(workspaceId: Uuid, rule: string): Promise<Comparable> {
    const draft = await findDraft(this.pool, workspaceId, rule);
    if (draft === null) throw new Problem(404, 'Not found', `Rule ${rule} has no draft.`);
    const { rules, problems } = await this.drafts.library(workspaceId, draft);
    const [whole] = rules;
    if (whole && problems.length === 0) return whole;
    return { yaml: draft.yaml, templates: draft.templates, attributes: {} };
  }
}
