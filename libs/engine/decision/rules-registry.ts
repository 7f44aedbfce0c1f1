/** What was published, and from where on it is in force: read by the rules service and by replay. */
import type { Uuid } from '#contracts/ids.js';
import type { Activation } from './store.js';

export interface RuleVersion {
  readonly rule: string;
  readonly version: number;
}

/** An immutable version as published: the rule's file and the templates it needs, by name. */
export interface RuleSource extends RuleVersion {
  readonly yaml: string;
  readonly templates: { readonly [name: string]: string };
  /** Declared types of attributes, by name. */
  readonly attributes?: { readonly [name: string]: string };
}

/** What is in force at a place; `number` is 0 where nothing was ever published. */
export interface InForce {
  readonly number: number;
  readonly rules: readonly RuleVersion[];
}

export interface RulesRegistry {
  /** By the activations of this partition at positions below `before`. */
  inForce(workspaceId: Uuid, topic: string, partition: number, before: number): Promise<InForce>;
  /** All activations of this partition, by number. */
  activations(workspaceId: Uuid, topic: string, partition: number): Promise<readonly Activation[]>;
  /** The stored content of these versions; rejects when one is missing. */
  sources(workspaceId: Uuid, versions: readonly RuleVersion[]): Promise<readonly RuleSource[]>;
}

/** Compiles the rules of one workspace. Throws on a source that this process cannot read. */
export type CompileRules<Rules> = (sources: readonly RuleSource[]) => Rules;
