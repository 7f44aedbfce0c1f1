/** What is published, in which versions, how far it is in force, and what it did; and publishing itself. */
import { Inject, Injectable } from '@nestjs/common';
import { parse } from 'yaml';
import type { Pool } from '#adapters/postgres/pool.js';
import { ruleSums } from '#adapters/postgres/read-models/queries/counters.js';
import { liveVersions, versionsOfRule } from '#adapters/postgres/rules/rule-versions.js';
import { type SuspendedRule, suspendedRules } from '#adapters/postgres/rules/suspended.js';
import { listRuleVersions, type RuleVersionRow } from '#adapters/postgres/rules/versions.js';
import { publishLibrary } from '#apps/rules/publish-library.js';
import type { Uuid } from '#contracts/ids.js';
import type { Reach } from '#domain/contact/trial/reach-said.js';
import { readLibrary } from '#domain/rules/library.js';
import type { RuleProblem } from '#domain/rules/problem.js';
import { missedSegments } from '#domain/rules/segments/missed.js';
import { segmentOfDefinition } from '#domain/rules/segments/segment.js';
import {
  type Published,
  type PublishingParts,
  type PublishOptions,
  publicationStatus,
  type RuleFile,
  setVersions,
  UnknownVersionError,
} from '#engine/publishing/publish.js';
import { Problem } from '#platform/http/problem.js';
import { libraryContextOf } from '../declarations/declarations.js';
import { CLOCK, POOL, PUBLISHING } from '../dependencies.js';
import { RuleReach } from './rule-reach.js';

export interface RuleCounts {
  readonly fired: number;
  /** By reason. */
  readonly held: { readonly [reason: string]: number };
  readonly failed: number;
  readonly effects: number;
}

export interface PublishedRule {
  readonly name: string;
  /** Version published last; null: retired. */
  readonly version: number | null;
  /** Retired by the engine because it kept failing; null: it was not. */
  readonly suspended: SuspendedRule | null;
  /** Of that version, else of the newest. */
  readonly current: RuleVersionRow | null;
  readonly description: string | null;
  readonly on: string | null;
  /** Newest first. */
  readonly versions: readonly RuleVersionRow[];
  /** Of the last 30 days, all versions. */
  readonly counts: RuleCounts;
}

export interface PublishedRules {
  readonly number: number | null;
  /** Partitions that have it in force, of so many. */
  readonly inForce: number;
  readonly of: number;
  readonly rules: readonly PublishedRule[];
}

/** What ends a suspension. */
export const SUSPENSION_CURE = 'Mend the rule in a draft and publish it, or publish it again as it is.';

const DAYS_COUNTED = 30;
const DAY_MS = 86_400_000;

@Injectable()
export class RulesDesk {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(PUBLISHING) private readonly parts: PublishingParts,
    @Inject(CLOCK) private readonly clock: () => number,
    private readonly reach: RuleReach,
  ) {}

  async list(workspaceId: Uuid): Promise<PublishedRules> {
    const since = new Date(this.clock() - DAYS_COUNTED * DAY_MS).toISOString().slice(0, 10);
    const [status, versions, sums, suspensions] = await Promise.all([
      publicationStatus(this.parts, workspaceId),
      listRuleVersions(this.pool, workspaceId),
      ruleSums(this.pool, workspaceId, since),
      suspendedRules(this.pool, workspaceId),
    ]);
    const { publication, inForce, of } = status;
    const published = new Map(publication?.rules.map(({ rule, version }) => [rule, version]));
    const definitions = new Set(versions.map(({ rule }) => rule));
    const names = [...definitions].filter((name) => segmentOfDefinition(name) === null).sort();
    const rules = names.map((name): PublishedRule => {
      const mine = versions.filter(({ rule }) => rule === name);
      const version = published.get(name) ?? null;
      const current = mine.find((one) => one.version === version) ?? mine[0] ?? null;
      const counts = countsOf(sums.filter(({ rule }) => rule === name));
      const suspended = version === null ? (suspensions.find(({ rule }) => rule === name) ?? null) : null;
      return { name, version, suspended, current, ...headOf(current?.yaml ?? ''), versions: mine, counts };
    });
    return { number: publication?.number ?? null, inForce, of, rules };
  }

  /** Throws a 404 Problem. */
  async one(workspaceId: Uuid, name: string): Promise<PublishedRule> {
    const found = (await this.list(workspaceId)).rules.find((rule) => rule.name === name);
    if (!found) throw new Problem(404, 'Not found', `There is no rule ${name}.`);
    return found;
  }

  /** Against what the files and the workspace declare. `reach`: of rules that are not live so, while nothing is wrong. */
  async check(
    workspaceId: Uuid,
    files: Readonly<Record<string, string>>,
    options: { readonly reach: boolean },
  ): Promise<{ rules: readonly string[]; problems: readonly RuleProblem[]; reach: readonly Reach[] }> {
    const { rules, problems } = readLibrary(asList(files), await libraryContextOf(this.pool, workspaceId));
    const asked = options.reach && problems.length === 0;
    const reach = asked ? await this.reach.ofChanged(workspaceId, rules) : [];
    return { rules: rules.map(({ rule }) => rule), problems, reach };
  }

  /** `confirmed`: also what would act on many at once; throws a 409 Problem that says the numbers where that is not. */
  async publish(
    workspaceId: Uuid,
    files: Readonly<Record<string, string>>,
    options: PublishOptions,
    confirmed: boolean,
  ): Promise<Published<RuleProblem>> {
    if (!confirmed) {
      const { rules, problems } = readLibrary(asList(files), await libraryContextOf(this.pool, workspaceId));
      if (problems.length > 0) return { outcome: 'refused', problems };
      await this.reach.mustBeConfirmed(workspaceId, rules);
    }
    return publishLibrary(this.pool, this.parts, workspaceId, asList(files), options);
  }

  /**
   * Puts a rule or a segment on an earlier version, or (null) retires it. Throws a 404 Problem when that is not on record, and a 409
   * Problem when what is in force would ask for a segment in vain.
   */
  async rollback(workspaceId: Uuid, rule: string, version: number | null, author: string) {
    await this.#mustBeNeededByNone(workspaceId, rule, version);
    try {
      return await setVersions(this.parts, workspaceId, new Map([[rule, version]]), { author });
    } catch (error) {
      if (error instanceof UnknownVersionError) throw new Problem(404, 'Not found', `${sentence(error.message)}.`);
      throw error;
    }
  }

  /** What was missed before is no matter: so that it can be put right. */
  async #mustBeNeededByNone(workspaceId: Uuid, rule: string, version: number | null): Promise<void> {
    const [before, mine] = await Promise.all([
      liveVersions(this.pool, workspaceId),
      version === null ? [] : versionsOfRule(this.pool, workspaceId, rule),
    ]);
    const after = [...before.filter((one) => one.rule !== rule), ...mine.filter((one) => one.version === version)];
    const known = missedSegments(before);
    const missed = missedSegments(after).filter((one) => !known.includes(one));
    if (missed.length === 0) return;
    const cure = 'Publish, put back or retire the others first. Nothing was changed.';
    const errors = missed.map((problem) => ({ field: 'body.version', problem }));
    throw new Problem(409, 'Still needed', `${sentence(missed.join('; '))}. ${cure}`, { errors });
  }

  /** What was done, and how far it is in force by now. */
  async published(workspaceId: Uuid, done: Exclude<Published<unknown>, { outcome: 'refused' }>) {
    const { publication, inForce, of } = await this.status(workspaceId);
    const changes = done.outcome === 'published' ? done.changes : [];
    return { outcome: done.outcome, number: publication?.number ?? null, changes: [...changes], inForce, of };
  }

  /** "In force on N of M" of what was published last. */
  status(workspaceId: Uuid) {
    return publicationStatus(this.parts, workspaceId);
  }
}

/** The 422 of files or a draft with problems. */
export function refused(
  problems: readonly RuleProblem[],
  outcome = 'Nothing was published; what was in force stays in force.',
): Problem {
  const errors = problems.map(({ file, line, column, problem, cure }) => ({
    field: `${file}:${line}:${column}`,
    problem: `${problem} (cure: ${cure})`,
  }));
  return new Problem(422, 'Rules refused', outcome, { errors });
}

function asList(files: Readonly<Record<string, string>>): readonly RuleFile[] {
  return Object.entries(files).map(([path, text]) => ({ path, text }));
}

function countsOf(sums: readonly { readonly measure: string; readonly count: number }[]): RuleCounts {
  const counts = { fired: 0, failed: 0, effects: 0 };
  const held: Record<string, number> = {};
  for (const { measure, count } of sums) {
    if (measure.startsWith('held:')) held[measure.slice(5)] = (held[measure.slice(5)] ?? 0) + count;
    else if (measure === 'fired' || measure === 'failed' || measure === 'effects') counts[measure] += count;
  }
  return { ...counts, held };
}

/** What the head of a rule's file says. Published files were checked, so they parse. */
function headOf(yaml: string): { description: string | null; on: string | null } {
  const head = parse(yaml) as { description?: unknown; on?: unknown } | null;
  const text = (value: unknown) => (typeof value === 'string' ? value : null);
  return { description: text(head?.description), on: triggerOf(head?.on) };
}

/** `clicked`, or `tag_added: vip` of a map. */
function triggerOf(on: unknown): string | null {
  if (typeof on === 'string') return on;
  if (typeof on !== 'object' || on === null) return null;
  return Object.entries(on)
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join(', ');
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
