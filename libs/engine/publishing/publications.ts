/** Published rules: immutable versions and numbered publications. The port of the publishing transaction. */
import type { Uuid } from '#contracts/ids.js';
import type { Appendable } from '#contracts/record.js';
import type { RuleVersion } from '#engine/decision/rules-registry.js';

/** All that a version of a rule is made of; equal hashes are the same version. */
export interface RuleContent {
  readonly rule: string;
  readonly yaml: string;
  readonly templates: { readonly [name: string]: string };
  readonly attributes: { readonly [name: string]: string };
  readonly hash: string;
}

/** Everything that is in force once it has reached a partition; version null: retired. By rule name. */
export interface Publication {
  readonly id: Uuid;
  readonly workspaceId: Uuid;
  /** Rises by one with each publication of the workspace. */
  readonly number: number;
  readonly rules: readonly { readonly rule: string; readonly version: number | null }[];
  readonly author: string | null;
}

/** A stored version, without its content. */
export interface KnownVersion extends RuleVersion {
  readonly hash: string;
}

/** One transaction on the publications of one workspace; others of the same workspace wait. */
export interface PublishingUnit {
  /** The one with the highest number; null where nothing was published. */
  latest(): Promise<Publication | null>;
  /** All versions of these rules. */
  versions(rules: readonly string[]): Promise<readonly KnownVersion[]>;
  addVersion(
    content: RuleContent,
    version: number,
    by: { readonly author: string | null; readonly note: string | null },
  ): Promise<void>;
  /** Stores the publication and hands its inputs to the log, in this transaction. */
  publish(publication: Publication, inputs: readonly Appendable[]): Promise<void>;
}

export interface Publications {
  /** Rejects when the workspace does not exist, with WorldError when the database is away. */
  transaction<T>(workspaceId: Uuid, work: (unit: PublishingUnit) => Promise<T>): Promise<T>;
  latest(workspaceId: Uuid): Promise<Publication | null>;
  /** Partitions of the topic that have a publication of at least this number in force. */
  inForceOn(workspaceId: Uuid, topic: string, number: number): Promise<number>;
}
