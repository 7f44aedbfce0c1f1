/** Compares what the senders were promised with what came about: per id, as multisets, and in order per contact. */
import type { SentEvent } from '../senders/journal.js';
import type { Expected } from './expected.js';
import { type Findings, tally } from './findings.js';
import { outcomeOf } from './model.js';
import type { ContactSeen, EffectSeen, Observed, UnderWay } from './observed.js';
import type { Received } from './recording-target.js';

export interface Evidence {
  readonly expected: Expected;
  readonly observed: Observed;
  readonly received: readonly Received[];
  readonly underWay: readonly UnderWay[];
  /** Engagements that the log holds beyond those that its deliveries tell of (docs/adr/0008). */
  readonly surplus: number;
}

type Found = { -readonly [kind in keyof Findings]: string[] };

export function reconcile(evidence: Evidence): Findings {
  const found: Found = { lost: [], duplicated: [], stuck: [], misordered: [] };
  const { expected, observed } = evidence;
  found.stuck.push(
    ...expected.unacknowledged.map((request) => `request ${request} was never acknowledged`),
    ...evidence.underWay.map(({ what, waiting }) => `${waiting} ${what}`),
  );
  const seen = new Map(observed.contacts.map((contact) => [contact.email, contact]));
  if (seen.size < observed.contacts.length) found.duplicated.push('two contacts have one address');
  const effects = Map.groupBy(observed.effects, ({ contact }) => contact);
  const received = Map.groupBy(evidence.received, ({ title }) => title);
  for (const [address, events] of expected.contacts) {
    const contact = seen.get(address);
    compareContact(found, { address, events, maybe: expected.maybe }, contact);
    const wanted = outcomeOf(address, applied(events, contact)).notifications;
    compareEffects(found, address, wanted, effects.get(address) ?? [], received);
    compareArrivals(found, address, wanted, evidence.received);
  }
  for (const address of seen.keys())
    if (!expected.contacts.has(address)) found.duplicated.push(`${address} was told of by nobody`);
  compareBooks(found, evidence);
  return found;
}

/** What was told of it and is on record, in the order of telling. */
function applied(events: readonly SentEvent[], contact: ContactSeen | undefined): readonly SentEvent[] {
  const onRecord = new Set(contact?.refs);
  return events.filter(({ ref }) => onRecord.has(ref));
}

function compareContact(
  found: Found,
  { address, events, maybe }: { address: string; events: readonly SentEvent[]; maybe: ReadonlySet<string> },
  contact: ContactSeen | undefined,
): void {
  const counts = tally(contact?.refs ?? []);
  const known = new Set(events.map(({ ref }) => ref));
  let whole = true;
  for (const { ref } of events) {
    const times = counts.get(ref) ?? 0;
    if (times === 0 && !maybe.has(ref)) found.lost.push(`${ref} of ${address} was acknowledged and is not on record`);
    if (times > 1) found.duplicated.push(`${ref} of ${address} was applied ${times} times`);
    whole &&= times === 1 || maybe.has(ref);
  }
  for (const ref of counts.keys())
    if (!known.has(ref)) found.duplicated.push(`${ref} is on record of ${address}, which was not told of it`);
  if (!contact || !whole) return;
  const order = applied(events, contact).map(({ ref }) => ref);
  if (order.join() !== contact.refs.join()) {
    found.misordered.push(`${address} has ${contact.refs.join(' ')} on record, told in the order ${order.join(' ')}`);
    return;
  }
  for (const [what, is, should] of differences(contact, applied(events, contact)))
    found.misordered.push(`${address} has ${what} ${is}, and its events in their order come to ${should}`);
}

function differences(contact: ContactSeen, events: readonly SentEvent[]): readonly [string, string, string][] {
  const should = outcomeOf(contact.email, events);
  const pairs: [string, unknown, unknown][] = [
    ['score', contact.score, should.score],
    ['last_touch', contact.lastTouch, should.lastTouch],
    ['tags', contact.tags, should.tags],
    ['suppressed', contact.suppressed, should.suppressed],
    ['sequences', contact.sequences, should.sequences],
    ['engagements', contact.engagements, events.length],
  ];
  return pairs
    .map(([what, a, b]): [string, string, string] => [what, JSON.stringify(a), JSON.stringify(b)])
    .filter(([, a, b]) => a !== b);
}

/** One effect for each notification wanted: on record, in the inbox, at the target. */
function compareEffects(
  found: Found,
  address: string,
  wanted: readonly string[],
  effects: readonly EffectSeen[],
  received: ReadonlyMap<string, readonly Received[]>,
): void {
  const byTitle = Map.groupBy(effects, ({ title }) => title);
  for (const title of wanted) {
    const of = byTitle.get(title) ?? [];
    if (of.length === 0) found.lost.push(`"${title}" was never asked for`);
    if (of.length > 1) found.duplicated.push(`"${title}" was asked for ${of.length} times`);
    for (const { effectId, inbox, state, webhook } of of) {
      if (inbox === 0) found.lost.push(`"${title}" (${effectId}) is not in the inbox`);
      if (inbox > 1) found.duplicated.push(`"${title}" (${effectId}) is ${inbox} times in the inbox`);
      if (state !== 'delivered' || webhook !== 'delivered')
        found.stuck.push(`"${title}" (${effectId}) is ${state}, at the webhook ${webhook}`);
    }
    const arrived = received.get(title) ?? [];
    if (arrived.length === 0) found.lost.push(`"${title}" did not reach the webhook`);
    const ids = new Set(arrived.map(({ id }) => id));
    if (ids.size > 1) found.duplicated.push(`"${title}" reached the webhook under ${ids.size} ids`);
    if (new Set(arrived.map(({ body }) => body)).size > ids.size)
      found.duplicated.push(`"${title}" reached the webhook with several bodies under one id`);
  }
  const unwanted = [...byTitle.keys()].filter((title) => !wanted.includes(title));
  for (const title of unwanted) found.duplicated.push(`"${title}" of ${address} was asked for by no event`);
}

/** Of one contact, a later notification never reaches the target before an earlier one. */
function compareArrivals(
  found: Found,
  address: string,
  wanted: readonly string[],
  received: readonly Received[],
): void {
  if (wanted.length < 2) return;
  const rank = new Map(wanted.map((title, index) => [title, index]));
  const firsts = new Map<string, number>();
  for (const { title } of received) if (rank.has(title) && !firsts.has(title)) firsts.set(title, firsts.size);
  const ranks = [...firsts.keys()].map((title) => rank.get(title) as number);
  if (ranks.some((one, index) => index > 0 && one < (ranks[index - 1] as number)))
    found.misordered.push(`the webhook heard of ${address} in the order ${[...firsts.keys()].join(', ')}`);
}

function compareBooks(found: Found, { expected, observed, surplus }: Evidence): void {
  const { accepted, applied: booked, duplicate, tooLate, parked, quarantined } = observed.books;
  const ended = booked + duplicate + tooLate + parked + quarantined - surplus;
  if (ended < accepted) found.lost.push(`${accepted - ended} accepted engagements ended nowhere in the books`);
  if (ended > accepted)
    found.duplicated.push(`${ended - accepted} engagements ended in the books beyond those accepted`);
  if (accepted < expected.acknowledged)
    found.lost.push(`${expected.acknowledged} engagements were acknowledged and the books accepted ${accepted}`);
  const onRecord = observed.contacts.reduce((sum, { refs }) => sum + refs.length, 0);
  if (booked !== onRecord)
    found.duplicated.push(`the books applied ${booked} engagements and ${onRecord} are on record`);
  if (observed.counted !== onRecord)
    found.duplicated.push(
      `the counters of the sources say ${observed.counted} engagements and ${onRecord} are on record`,
    );
}
