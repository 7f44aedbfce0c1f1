/** The read models of contacts that became one, against their states: two folds of the same events that know nothing of each other. */
import * as fc from 'fast-check';
import type { ContactRow, SuppressionRow } from '#contracts/read-models.js';
import type { ContactState } from '#domain/contact/state.js';
import { scoreAt } from '#domain/rules/score.js';
import { contactKey } from '#engine/projection/keys.js';
import { MemoryProjectionStore } from '#engine/projection/memory-store.js';
import { needsOf } from '#engine/projection/needs.js';
import type { OpenedEvent } from '#engine/projection/opened-event.js';
import { projectEvents } from '#engine/projection/project.js';
import { searchOf } from '#engine/projection/search.js';
import { Play, plays } from './link-play.js';
import type { LinkedStage } from './linked-stage.js';

const RUNS = { numRuns: 500 };

/** Contact by contact, in batches of `size`: as a rebuild reads the record. */
function projected({ stage }: LinkedStage, size: number): MemoryProjectionStore {
  const store = new MemoryProjectionStore();
  for (const id of stage.contacts()) {
    const events = stage
      .events(id)
      .map((event, position) => ({ ...event, lane: 0, position }) as unknown as OpenedEvent);
    for (let from = 0; from < events.length; from += size) {
      const batch = events.slice(from, from + size);
      store.save(projectEvents({ events: batch, erased: new Set() }, store.load(needsOf(batch))));
    }
  }
  return store;
}

const expires = (event: { readonly type: string; readonly data: object }): boolean =>
  event.type === 'score_added' && 'expiresAt' in event.data;

function shown(row: ContactRow) {
  const { email, attributes, tags, stage, owner, timeZone, consent, score, engagements, aliases, addresses } = row;
  const { suppressedScopes, linkedTo } = row;
  return {
    email,
    attributes,
    tags,
    stage,
    owner,
    timeZone,
    consent,
    score,
    engagements,
    aliases,
    addresses,
    suppressedScopes,
    linkedTo,
  };
}

function expected(state: ContactState): ReturnType<typeof shown> {
  const { email, attributes, tags, stage, owner, timeZone, consent, engagements, addresses, linkedTo } = state;
  const scopes = Object.values(state.suppressions).flatMap((entries) =>
    Object.entries(entries).flatMap(([scope, { on }]) => (on ? [scope] : [])),
  );
  return {
    ...{ email, attributes, tags, stage, owner, timeZone, consent, engagements, addresses, linkedTo },
    score: scoreAt(state, state.recordedAt),
    aliases: Object.keys(state.aliases).filter((one) => state.aliases[one]?.merged),
    suppressedScopes: [...new Set(scopes)].sort(),
  };
}

it('show of every contact what its state says, however its events are cut', () => {
  fc.assert(
    fc.property(plays, fc.integer({ min: 1, max: 9 }), ([script, order], size) => {
      const { stage } = new Play(order).run(script);
      const { contacts } = projected(stage, size);
      // What is left of a score that expires is a matter of when it is asked for.
      const fades = stage.stage.contacts().some((id) => stage.stage.events(id).some(expires));
      for (const id of stage.stage.contacts()) {
        const state = stage.stage.state(id);
        const row = contacts.get(contactKey({ workspaceId: state?.workspaceId ?? '', contactId: id }));
        if (!state || !row) throw new Error('a contact without a row');
        // An alias has nothing of its own any more: it is its owner's.
        if (state.linkedTo === null)
          expect(shown(row)).toEqual({ ...expected(state), ...(fades ? { score: row.score } : {}) });
        else expect(searchOf({ ...row, linkedTo: null })).toMatchObject({ words: '' });
      }
    }),
    RUNS,
  );
}, 60_000);

it('keep of every address what stands against it, and whether it is of the person', () => {
  fc.assert(
    fc.property(plays, ([script, order]) => {
      const { stage } = new Play(order).run(script);
      const rows = [...projected(stage, 5).suppressions.values()];
      for (const id of stage.stage.contacts()) {
        const state = stage.stage.state(id);
        if (!state || state.linkedTo !== null) continue;
        expect(inForce(rows.filter(({ contactId }) => contactId === id))).toEqual(standing(state));
      }
    }),
    RUNS,
  );
}, 60_000);

type Standing = readonly [subject: string, scope: string, reason: string, ofPerson: boolean];

const inForce = (rows: readonly SuppressionRow[]): Standing[] =>
  rows
    .filter(({ liftedAt }) => liftedAt === null)
    .map(({ subject, scope, reason, ofPerson }): Standing => [subject, scope, reason, ofPerson])
    .sort(byText);

const standing = ({ suppressions }: ContactState): Standing[] =>
  Object.entries(suppressions)
    .flatMap(([subject, entries]) =>
      Object.entries(entries)
        .filter(([, { on }]) => on)
        .map(
          ([scope, { reason, person }]): Standing => [
            subject,
            scope,
            reason,
            person === true || reason !== 'hard_bounce',
          ],
        ),
    )
    .sort(byText);

const byText = (a: Standing, b: Standing): number => (a.join() < b.join() ? -1 : 1);
