/** A rule tried on one contact's recorded events up to now: decided nowhere, stored nowhere, sent nowhere. */
import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from '#adapters/postgres/pool.js';
import { listContacts } from '#adapters/postgres/read-models/queries/contact-list.js';
import { contactById } from '#adapters/postgres/read-models/queries/contacts.js';
import { findDraft } from '#adapters/postgres/rules/drafts.js';
import { liveVersions } from '#adapters/postgres/rules/rule-versions.js';
import type { ContactEvent, Recorded } from '#contracts/contact-events.js';
import { normaliseEmail, type Uuid } from '#contracts/ids.js';
import type { ContactRow } from '#contracts/read-models.js';
import { type Trial, tryRule } from '#domain/contact/trial/try-rule.js';
import { compileRules } from '#domain/rules/compile.js';
import type { RuleProblem } from '#domain/rules/problem.js';
import { Problem } from '#platform/http/problem.js';
import { POOL } from '../dependencies.js';
import { contactRecord } from './contact-record.js';
import { DraftDesk } from './draft-desk.js';

export type Tried =
  | { readonly problems: readonly RuleProblem[] }
  | { readonly contact: ContactRow; readonly events: number; readonly trials: readonly Trial[] };

/** A longer record is not tried here: it is read whole, into memory. */
const MOST_EVENTS = 10_000;
const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

@Injectable()
export class RuleTrials {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    private readonly drafts: DraftDesk,
  ) {}

  /** `contact`: its id or an address. Throws a 404 Problem where there is none, 422 where its record is too long or gone. */
  async try(workspaceId: Uuid, draft: Parameters<DraftDesk['library']>[1], contact: string): Promise<Tried> {
    const { rules, problems } = await this.drafts.library(workspaceId, draft);
    const [rule] = rules;
    if (problems.length > 0 || !rule) return { problems };
    const found = await this.#contact(workspaceId, contact);
    const events = await this.#record(workspaceId, found);
    const trials = tryRule(compileRules([{ ...rule, version: 1 }]), found, events);
    return { contact: found, events: events.length, trials };
  }

  /** What is tried where nothing is given: the draft, else what is live. Throws a 404 Problem where there is neither. */
  async written(
    workspaceId: Uuid,
    rule: string,
  ): Promise<Pick<Parameters<DraftDesk['library']>[1], 'yaml' | 'templates'>> {
    const draft = await findDraft(this.pool, workspaceId, rule);
    const found = draft ?? (await liveVersions(this.pool, workspaceId)).find((one) => one.rule === rule);
    if (!found) throw new Problem(404, 'Not found', `There is no rule ${rule}, and no draft of it: give its yaml.`);
    return found;
  }

  async #contact(workspaceId: Uuid, named: string): Promise<ContactRow> {
    const email = normaliseEmail(named);
    const found = ID.test(named)
      ? await contactById(this.pool, workspaceId, named.toLowerCase() as Uuid)
      : email === null
        ? null
        : ((await listContacts(this.pool, workspaceId, { email }, { sort: '-updated', after: null, limit: 1 }))[0] ??
          null);
    if (found === null || found.deleted)
      throw new Problem(404, 'Not found', `There is no contact ${named}: give its e-mail address or its id.`);
    return found;
  }

  async #record(workspaceId: Uuid, { contactId }: ContactRow): Promise<readonly Recorded<ContactEvent>[]> {
    const record = await contactRecord(this.pool, workspaceId, contactId, MOST_EVENTS);
    if (record === 'long')
      throw new Problem(422, 'Too long', `This contact has more than ${MOST_EVENTS} events: try one with fewer.`);
    if (record === 'erased')
      throw new Problem(
        422,
        'Erased',
        'What happened to this contact was erased: conditions cannot be asked any more.',
      );
    return record;
  }
}
