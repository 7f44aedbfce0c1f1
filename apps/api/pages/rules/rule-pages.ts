/** Reads what the page of a rule shows, and does what its buttons ask. */
import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from '#adapters/postgres/pool.js';
import { findDraft } from '#adapters/postgres/rules/drafts.js';
import { versionsOfRule } from '#adapters/postgres/rules/rule-versions.js';
import type { Uuid } from '#contracts/ids.js';
import type { RuleProblem } from '#domain/rules/problem.js';
import { Problem } from '#platform/http/problem.js';
import { POOL } from '../../dependencies.js';
import { DraftDesk, type Expected } from '../../rules/draft-desk.js';
import { RulesDesk } from '../../rules/published-rules.js';
import { RuleHistory, type Side } from '../../rules/rule-history.js';
import type { Editor, RulePage } from './rule-view.js';

/** A side that is left out: what is live, the draft. */
export interface Compared {
  readonly from?: Side | undefined;
  readonly to?: Side | undefined;
}

interface Pressed {
  /** `confirm`: publish, also what would act on many at once. */
  readonly what: 'save' | 'publish' | 'confirm' | 'discard';
  readonly yaml: string;
  readonly expected: Expected;
  readonly by: { readonly author: string; readonly note?: string };
}

const BEGINNING = (rule: string) => `rule: ${rule}
description: What it is for.
on: clicked
where: event.actor != "machine"
then:
  - add_tag: interested
`;

@Injectable()
export class RulePages {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    private readonly desk: RulesDesk,
    private readonly drafts: DraftDesk,
    private readonly history: RuleHistory,
  ) {}

  async read(workspaceId: Uuid, name: string, compare: Compared | null): Promise<RulePage> {
    const [{ rules }, versions, editor] = await Promise.all([
      this.desk.list(workspaceId),
      versionsOfRule(this.pool, workspaceId, name),
      this.#editor(workspaceId, name),
    ]);
    const rule = rules.find((one) => one.name === name) ?? null;
    const yaml = editor.yaml === '' ? (rule?.current?.yaml ?? BEGINNING(name)) : editor.yaml;
    return {
      name,
      rule,
      versions,
      editor: { ...editor, yaml },
      compared: compare && (await this.#compared(workspaceId, name, compare)),
    };
  }

  /** Null when done; the problems for which nothing was published. Throws a 412 Problem, a 409 Problem where it has to be confirmed. */
  async write(workspaceId: Uuid, rule: string, pressed: Pressed): Promise<readonly RuleProblem[] | null> {
    const { what, yaml, expected, by } = pressed;
    if (what === 'discard') {
      await this.drafts.remove(workspaceId, rule, expected);
      return null;
    }
    const templates = await this.templatesOf(workspaceId, rule);
    const draft = await this.drafts.write(workspaceId, rule, { yaml, templates }, expected, by.author);
    if (what === 'save') return null;
    const done = await this.drafts.publish(workspaceId, rule, draft.revision, by, what === 'confirm');
    return done.outcome === 'refused' ? done.problems : null;
  }

  /** Those that the stored draft brings along: the page edits the rule alone. */
  async templatesOf(workspaceId: Uuid, rule: string): Promise<{ readonly [name: string]: string }> {
    return (await findDraft(this.pool, workspaceId, rule))?.templates ?? {};
  }

  async #editor(workspaceId: Uuid, rule: string): Promise<Editor> {
    const nothing = {
      yaml: '',
      revision: null,
      changed: null,
      problems: [],
      notice: null,
      confirms: false,
      note: '',
      contact: '',
      tried: null,
    };
    const draft = await orNull(this.drafts.one(workspaceId, rule));
    if (draft === null) return nothing;
    const { yaml, revision, author, changedAt, problems } = draft;
    return { ...nothing, yaml, revision, changed: { author, at: changedAt }, problems };
  }

  async #compared(
    workspaceId: Uuid,
    rule: string,
    { from = 'live', to = 'draft' }: Compared,
  ): Promise<RulePage['compared']> {
    const diff = await orNull(this.history.diff(workspaceId, rule, from, to));
    return diff && { from, to, diff };
  }
}

async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Problem && error.getStatus() === 404) return null;
    throw error;
  }
}
