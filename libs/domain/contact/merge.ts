/**
 * What becomes of two states that are one contact. The contact's own word wins where it has one; of a new address of its own (`moved`)
 * the alias's is the newer. Everything that is a set is united, and bounded as the state is; of suppressions the latest word holds, and
 * on a tie the suppressing one. Counters are left out: the engagements of both are counted anew (history.ts).
 */
import type { AliasState } from '#contracts/alias-state.js';
import { MAX_ATTRIBUTES, MAX_ENROLLMENTS, MAX_SCORE, MAX_TAGS } from '#domain/rules/actions/bounds.js';
import { type Grants, MAX_GRANTS } from '#domain/rules/score.js';
import { type Dict, drop, get, put, withItem } from './dict.js';
import {
  type Consent,
  type ContactState,
  MAX_ADDRESSES,
  MAX_CLICKS,
  MAX_CONSENTS,
  MAX_DELIVERIES,
  MAX_IDENTITIES,
  MAX_SCOPES,
  MAX_SETTLING,
  MAX_TYPES,
  type SuppressionEntry,
} from './state.js';
import { laterWord } from './suppression.js';

/** What the alias hands to its owner. */
export function handedOver(state: ContactState): AliasState {
  const { version, email, addresses, identities, attributes, tags, score, stage, owner, suppressions } = state;
  const { grants } = state;
  const { timeZone, consent } = state;
  const { enrollments, engagements, last, deliveries, firings, aliases } = state;
  const clicks = state.clicks.map(({ less: _, more: __, ...click }) => click);
  return {
    ...{ version, email, addresses, identities, attributes, tags, score, stage, owner, suppressions },
    ...(grants.length === 0 ? {} : { grants }),
    since: state.since,
    ...(state.settling.length === 0 ? {} : { settling: ownSettling(state) }),
    ...(timeZone === null ? {} : { timeZone }),
    ...(Object.keys(consent).length === 0 ? {} : { consent }),
    ...{ enrollments, engagements, last, clicks, deliveries, firings, aliases },
  };
}

/** With the key each came under: at its owner that would be another. */
function ownSettling({ contactId, settling }: ContactState): ContactState['settling'] {
  return settling.map((one) => ({ ...one, data: { subject: contactId, ...one.data } }));
}

/** The contact's state with that of its alias in it. `moved`: the alias's word is the newer. */
export function united(
  own: ContactState,
  alias: { readonly subject: string } & AliasState,
  moved: boolean,
): ContactState {
  const scalar = <T>(mine: T | null, theirs: T | null): T | null => (moved ? (theirs ?? mine) : (mine ?? theirs));
  return {
    ...own,
    since: Math.min(own.since, alias.since ?? own.since),
    // Above their number the earliest are left out: rules are not asked about them.
    settling: latest([...own.settling, ...(alias.settling ?? [])], 2 * MAX_SETTLING),
    email: scalar(own.email, alias.email),
    addresses: joined(own.addresses, alias.addresses, MAX_ADDRESSES),
    identities: items(own.identities, alias.identities, MAX_IDENTITIES),
    attributes: joined(own.attributes, alias.attributes, MAX_ATTRIBUTES, moved ? (_, theirs) => theirs : undefined),
    tags: items(own.tags, alias.tags, MAX_TAGS),
    score: Math.max(-MAX_SCORE, Math.min(MAX_SCORE, own.score + alias.score)),
    grants: grantsOf(own, alias),
    stage: scalar(own.stage, alias.stage),
    owner: scalar(own.owner, alias.owner),
    timeZone: scalar(own.timeZone, alias.timeZone ?? null),
    consent: joined(own.consent, alias.consent ?? {}, MAX_CONSENTS, laterConsent),
    suppressions: suppressions(own.suppressions, alias.suppressions),
    enrollments: joined(own.enrollments, alias.enrollments, MAX_ENROLLMENTS),
    engagements: own.engagements + alias.engagements,
    last: joined(own.last, alias.last, MAX_TYPES, Math.max),
    clicks: latest([...own.clicks, ...alias.clicks.map((one) => ({ ...one, less: [], more: [] }))], MAX_CLICKS),
    deliveries: latest([...own.deliveries, ...alias.deliveries], MAX_DELIVERIES),
    firings: joined(own.firings, alias.firings, Number.MAX_SAFE_INTEGER, inOrder),
    aliases: aliases(own.aliases, alias),
    suggested: drop(own.suggested, alias.subject),
    // Its alias met none: its own counters are those of both.
    ...(alias.engagements === 0 ? {} : { countersKey: '', counters: {} }),
  };
}

/** The own entries and, as far as there is room, those of the other; of the same name as `both` says, the own one by default. */
function joined<T>(own: Dict<T>, other: Dict<T>, most: number, both?: (mine: T, theirs: T) => T): Dict<T> {
  let next = own;
  let size = Object.keys(own).length;
  for (const name of Object.keys(other).sort()) {
    const theirs = other[name] as T;
    const mine = get(next, name);
    if (mine !== undefined) {
      if (both) next = put(next, name, both(mine, theirs));
    } else if (size < most) {
      next = put(next, name, theirs);
      size += 1;
    }
  }
  return next;
}

/** Above their number the own ones are kept. */
function grantsOf(own: ContactState, alias: AliasState): Grants {
  return [...(alias.grants ?? []), ...own.grants].slice(-3 * MAX_GRANTS);
}

function items(own: readonly string[], other: readonly string[], most: number): readonly string[] {
  let next = own;
  for (const item of other) if (next.length < most) next = withItem(next, item);
  return next;
}

/** By time, those of one time in the order given. */
function latest<T extends { readonly at: number }>(all: readonly T[], most: number): readonly T[] {
  return all.toSorted((a, b) => a.at - b.at).slice(-most);
}

/** Of two words of one time the withdrawal holds. */
function laterConsent(mine: Consent, theirs: Consent): Consent {
  if (mine.at === theirs.at) return mine.given ? theirs : mine;
  return mine.at > theirs.at ? mine : theirs;
}

function suppressions(
  own: ContactState['suppressions'],
  other: ContactState['suppressions'],
): ContactState['suppressions'] {
  let next = own;
  for (const subject of Object.keys(other).sort()) {
    const theirs = other[subject] as Dict<SuppressionEntry>;
    const mine = get(next, subject) ?? {};
    next = put(next, subject, joined(mine, theirs, MAX_SCOPES, laterWord));
  }
  return next;
}

/** Pairs of at and until, by time. */
function inOrder(own: readonly number[], other: readonly number[]): readonly number[] {
  const pairs: (readonly [number, number])[] = [];
  for (const times of [own, other])
    for (let i = 0; i < times.length; i += 2) pairs.push([times[i] as number, times[i + 1] as number]);
  return pairs.sort(([a], [b]) => a - b).flat();
}

/** The places that were kept for it are its own and its aliases' now. One that is merged already stays so. */
function aliases(
  own: ContactState['aliases'],
  alias: { readonly subject: string } & AliasState,
): ContactState['aliases'] {
  const itself = put(own, alias.subject, { merged: true, aliases: 0, version: alias.version });
  return joined(itself, alias.aliases, Number.MAX_SAFE_INTEGER, (mine, theirs) => (mine.merged ? mine : theirs));
}
