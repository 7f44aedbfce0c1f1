/** A rule tried on one contact's recorded events up to now: decided nowhere, stored nowhere, sent nowhere. */
import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from '#adapters/postgres/pool.js';
import { listContacts } from '#adapters/postgres/read-models/queries/contact-list.js';
import { contactById } from '#adapters/postgres/read-models/queries/contacts.js';
import { type TimelineCursor, timelineCursor, timelinePage } from '#adapters/postgres/read-models/queries/timeline.js';
import type { ContactEvent, Recorded } from '#contracts/contact-events.js';
import { normaliseEmail, type Uuid } from '#contracts/ids.js';
import type { ContactRow, TimelineRow } from '#contracts/read-models.js';
import { type Trial, tryRule } from '#domain/contact/trial/try-rule.js';
import { compileRules } from '#domain/rules/compile.js';
import type { RuleProblem } from '#domain/rules/problem.js';
import { Problem } from '#platform/http/problem.js';
import { POOL } from '../dependencies.js';
import { DraftDesk } from './draft-desk.js';

export type Tried =
  | { readonly problems: readonly RuleProblem[] }
  | { readonly contact: ContactRow; readonly events: number; readonly trials: readonly Trial[] };

/** A longer record is not tried here: it is read whole, into memory. */
const MOST_EVENTS = 10_000;
const PAGE = 1_000;
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

  /** Of its own stream, oldest first. */
  async #record(workspaceId: Uuid, { contactId }: ContactRow): Promise<readonly Recorded<ContactEvent>[]> {
    const rows: TimelineRow[] = [];
    for (let before: TimelineCursor | null = null; ; before = timelineCursor(rows.at(-1)!)) {
      const page = await timelinePage(this.pool, workspaceId, { contactId, aliases: [] }, { before, limit: PAGE });
      rows.push(...page);
      if (page.length < PAGE) break;
      if (rows.length >= MOST_EVENTS)
        throw new Problem(422, 'Too long', `This contact has more than ${MOST_EVENTS} events: try one with fewer.`);
    }
    rows.reverse();
    if (rows.some(({ type, pii }) => type === 'engagement_recorded' && pii === null))
      throw new Problem(
        422,
        'Erased',
        'What happened to this contact was erased: conditions cannot be asked any more.',
      );
    return rows.map(recorded);
  }
}

/** The timeline holds every event of the stream, opened: `data` and `pii` are as they were stored. */
function recorded({ eventId, type, data, pii, changed: _, ...meta }: TimelineRow): Recorded<ContactEvent> {
  return { ...meta, id: eventId, type, v: 1, data, pii } as unknown as Recorded<ContactEvent>;
}
