/**
 * What a rule does: one file a kind (parse, target, decide), all of them in table.ts. An action asks: it gives events, never does
 * anything itself.
 */
import type { By, ContactEvent, HeldReason } from '#contracts/contact-events.js';
import { deriveId, type Uuid } from '#contracts/ids.js';
import type { ContactFacts } from '../facts.js';
import type { TemplateValues } from '../template/values.js';
import type { Vocabulary } from '../vocabulary.js';
import type { Field, Source } from '../yaml/source.js';

export interface ActionScope {
  /** As the actions before it left them. */
  readonly facts: ContactFacts;
  readonly by: By;
  /** Subject of the address that the triggering engagement is of. */
  readonly subject: Uuid;
  readonly now: number;
  /** Id of the effect this action would request: rule, cause and action, never the version. */
  effectId(): Uuid;
  values(): TemplateValues;
}

export type { HeldReason };

export interface ActionKind<Args> {
  /** Its key in YAML. */
  readonly kind: string;
  /** True when it asks something of the world or enrolls: held back when the event is late or a limit is reached. */
  readonly effect: boolean;
  /** Reads its value; null after a complaint. */
  parse(field: Field, source: Source, vocabulary: Vocabulary): Args | null;
  /** What it acts on: two actions of one rule with the same kind and target need ids. */
  target(args: Args): string;
  /** Templates it names. */
  templates?(args: Args): readonly string[];
  /** Why it would do nothing, known before it is asked. */
  holds?(args: Args, facts: ContactFacts): HeldReason | null;
  /** Only real changes: nothing when the contact is so already. Throws to fail the whole rule. */
  decide(args: Args, scope: ActionScope): readonly ContactEvent[];
}

/** An action of a rule, its arguments bound. */
export interface Action {
  readonly id: string;
  readonly kind: string;
  readonly effect: boolean;
  readonly templates: readonly string[];
  holds(facts: ContactFacts): HeldReason | null;
  decide(scope: ActionScope): readonly ContactEvent[];
}

/** A kind of action without its argument type: what the table holds. */
export interface AnyActionKind {
  readonly kind: string;
  readonly effect: boolean;
  /** `id`: as written in the rule, else derived from kind and target. */
  read(field: Field, id: string | null, source: Source, vocabulary: Vocabulary): Action | null;
}

export function actionKind<Args>(kind: ActionKind<Args>): AnyActionKind {
  return {
    kind: kind.kind,
    effect: kind.effect,
    read(field, id, source, vocabulary) {
      const args = kind.parse(field, source, vocabulary);
      if (args === null) return null;
      return {
        id: id ?? `${kind.kind}-${deriveId('action', kind.kind, kind.target(args)).slice(0, 8)}`,
        kind: kind.kind,
        effect: kind.effect,
        templates: kind.templates?.(args) ?? [],
        holds: (facts) => kind.holds?.(args, facts) ?? null,
        decide: (scope) => kind.decide(args, scope),
      };
    },
  };
}
