/**
 * Publishing: changed files become immutable versions, and one publication with the next number goes to every partition as an
 * input, in force there from its position on (engine.md 4, last part). All of it in one transaction: the relay finishes what a crash
 * leaves, under the same ids.
 */
import { deriveId, type Uuid } from '#contracts/ids.js';
import type { RulesPublishedInput } from '#contracts/inputs.js';
import type { Appendable } from '#contracts/record.js';
import type { RuleVersion } from '#engine/decision/rules-registry.js';
import { sealInput } from '#engine/sealing/input-codec.js';
import type { Publication, Publications, PublishingUnit, RuleContent } from './publications.js';

export interface RuleFile {
  /** Below the directory, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** Checks files and takes rules out of them; with any problem nothing is published. */
export type ReadLibrary<Problem> = (files: readonly RuleFile[]) => {
  readonly rules: readonly RuleContent[];
  readonly problems: readonly Problem[];
};

export interface PublishingParts {
  readonly publications: Publications;
  /** Topic of `engagements` with its generation, and its number of partitions. */
  readonly topic: string;
  readonly partitions: number;
  /** Milliseconds. */
  readonly now: () => number;
  /** Called after a commit: wakes the relay. */
  readonly published?: () => void;
}

export interface PublishOptions {
  readonly author?: string;
  readonly note?: string;
  /** Retires published rules that no file has; default false: they stay in force. */
  readonly retireMissing?: boolean;
}

export interface RuleChange {
  readonly rule: string;
  /** Null: retired. */
  readonly version: number | null;
  /** Version in force before; null where there was none. */
  readonly before: number | null;
}

export type Published<Problem> =
  | { readonly outcome: 'refused'; readonly problems: readonly Problem[] }
  | { readonly outcome: 'unchanged'; readonly publication: Publication | null }
  | { readonly outcome: 'published'; readonly publication: Publication; readonly changes: readonly RuleChange[] };

/** Publishes what changed in `files`. With any problem in any file all stays as it is. */
export async function publish<Problem>(
  parts: PublishingParts,
  read: ReadLibrary<Problem>,
  workspaceId: Uuid,
  files: readonly RuleFile[],
  options: PublishOptions = {},
): Promise<Published<Problem>> {
  const { rules, problems } = read(files);
  if (problems.length > 0) return { outcome: 'refused', problems };
  return change(parts, workspaceId, options, async (unit, before) => {
    const wanted = await versionsOf(unit, rules, options);
    if (options.retireMissing)
      for (const { rule } of before?.rules ?? []) if (!wanted.has(rule)) wanted.set(rule, null);
    return wanted;
  });
}

/** Puts rules on earlier versions, or (null) retires them, under a new number. Rejects when a version is not on record. */
export function setVersions(
  parts: PublishingParts,
  workspaceId: Uuid,
  versions: ReadonlyMap<string, number | null>,
  options: Pick<PublishOptions, 'author'> = {},
): Promise<Exclude<Published<never>, { outcome: 'refused' }>> {
  return change(parts, workspaceId, options, async (unit) => {
    const known = await unit.versions([...versions.keys()]);
    for (const [rule, version] of versions)
      if (!known.some((one) => one.rule === rule && (version === null || one.version === version)))
        throw new UnknownVersionError(
          version === null ? `there is no rule ${rule}` : `rule ${rule} has no version ${version}`,
        );
    return new Map(versions);
  });
}

/** Retires a version while it is the one published last; one that has taken its place meanwhile stays in force. */
export function retireVersion(
  parts: PublishingParts,
  workspaceId: Uuid,
  { rule, version }: RuleVersion,
  options: Pick<PublishOptions, 'author'> = {},
): Promise<Exclude<Published<never>, { outcome: 'refused' }>> {
  return change(parts, workspaceId, options, async (_unit, before) => {
    const isLast = before?.rules.some((one) => one.rule === rule && one.version === version);
    return new Map(isLast ? [[rule, null]] : []);
  });
}

export class UnknownVersionError extends Error {
  override readonly name = 'UnknownVersionError';
}

export interface PublicationStatus {
  /** Null where nothing was published. */
  readonly publication: Publication | null;
  readonly inForce: number;
  readonly of: number;
}

/** "In force on N of M" partitions. */
export async function publicationStatus(parts: PublishingParts, workspaceId: Uuid): Promise<PublicationStatus> {
  const publication = await parts.publications.latest(workspaceId);
  const { topic, partitions: of } = parts;
  const inForce = publication === null ? 0 : await parts.publications.inForceOn(workspaceId, topic, publication.number);
  return { publication, inForce, of };
}

/** A file whose content is on record keeps that version; other content is a new one. */
async function versionsOf(
  unit: PublishingUnit,
  rules: readonly RuleContent[],
  { author = null, note = null }: { readonly author?: string | null; readonly note?: string | null },
): Promise<Map<string, number | null>> {
  const known = await unit.versions(rules.map((one) => one.rule));
  const wanted = new Map<string, number | null>();
  for (const content of rules) {
    const mine = known.filter((one) => one.rule === content.rule);
    const same = mine.findLast((one) => one.hash === content.hash);
    const version = same?.version ?? Math.max(0, ...mine.map((one) => one.version)) + 1;
    if (same === undefined) await unit.addVersion(content, version, { author, note });
    wanted.set(content.rule, version);
  }
  return wanted;
}

type Wanted = (unit: PublishingUnit, before: Publication | null) => Promise<Map<string, number | null>>;

async function change(
  parts: PublishingParts,
  workspaceId: Uuid,
  { author = null }: { readonly author?: string | null },
  wanted: Wanted,
): Promise<Exclude<Published<never>, { outcome: 'refused' }>> {
  const done = await parts.publications.transaction(workspaceId, async (unit) => {
    const before = await unit.latest();
    const versions = new Map(before?.rules.map(({ rule, version }) => [rule, version]));
    const changes: RuleChange[] = [];
    for (const [rule, version] of await wanted(unit, before)) {
      const was = versions.get(rule) ?? null;
      if (was === version) continue;
      versions.set(rule, version);
      changes.push({ rule, version, before: was });
    }
    if (changes.length === 0) return { outcome: 'unchanged', publication: before } as const;
    const number = (before?.number ?? 0) + 1;
    const id = deriveId('publication', workspaceId, number);
    const rules = [...versions]
      .map(([rule, version]) => ({ rule, version }))
      .sort((a, b) => (a.rule < b.rule ? -1 : 1));
    const publication: Publication = { id, workspaceId, number, rules, author };
    await unit.publish(publication, inputsOf(parts, publication));
    return { outcome: 'published', publication, changes } as const;
  });
  if (done.outcome === 'published') parts.published?.();
  return done;
}

/** One input a partition. It carries everything in force, so that one that overtakes another leaves nothing out. */
function inputsOf(parts: PublishingParts, { id, workspaceId, number, rules }: Publication): readonly Appendable[] {
  const input: RulesPublishedInput = {
    type: 'rules_published',
    v: 1,
    data: { publicationId: id, number, rules },
    pii: null,
  };
  const at = parts.now();
  return Array.from({ length: parts.partitions }, (_, partition) => {
    const address = { topic: parts.topic, key: null, partition, workspaceId, at };
    return sealInput(input, { ...address, id: deriveId('publication', id, parts.topic, partition) }, null);
  });
}
