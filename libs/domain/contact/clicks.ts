/**
 * Clicks that machines make: scanners follow the links of a message before a person has it. Judged only where the provider does not say
 * who clicked: three different links of one message within ten seconds, or a click within two seconds of the delivery. Whatever of it
 * came first is reclassified by an event, and score that rules granted because of it is taken back, point for point; other effects of
 * those rules stay, for they may have been seen already.
 */
import type { EngagementReclassified, EngagementRecorded, Recorded, ScoreAdded } from '#contracts/contact-events.js';
import type { EngagementInput, EngagementPii } from '#contracts/inputs.js';
import { HOUR, SECOND } from '#domain/rules/duration.js';
import { type ContactState, MAX_CLICKS, MAX_DELIVERIES, type RecentClick, type RecentDelivery } from './state.js';

const BURST_LINKS = 3;
const BURST_WINDOW = 10 * SECOND;
const READING_TIME = 2 * SECOND;
/** Clocks differ, and some scanners look before they let a message pass: a click this long before its delivery is no person's either. */
const BEFORE_DELIVERY = 60 * SECOND;
/** Nothing that comes later than this changes what was said of a click. */
const REMEMBERED = 6 * HOUR;

export type Reason = EngagementReclassified['data']['reason'];
type Engaged = { readonly data: EngagementInput['data']; readonly pii: EngagementPii };
type Place = Pick<RecentClick, 'message' | 'link' | 'at'>;

/** Whether rules of ours judge who clicked: not where the provider says it, or the source wants it left so. */
export function isJudged({ data, pii }: Engaged): boolean {
  if (data.engagement !== 'clicked' || data.ambiguous || data.actorAsSaid || !pii.providerMessageId) return false;
  return data.actorDerived === true || data.actor === undefined || data.actor === 'unknown';
}

export interface Verdict {
  /** Why a machine made the engagement that is decided; null: nothing shows it. */
  readonly own: Reason | null;
  /** Earlier clicks that are seen to be a machine's now. */
  readonly earlier: readonly { readonly click: RecentClick; readonly reason: Reason }[];
}

const NOTHING: Verdict = { own: null, earlier: [] };

/** `at`: when the engagement counts. */
export function verdictOn({ clicks, deliveries }: ContactState, engaged: Engaged, at: number): Verdict {
  const message = engaged.pii.providerMessageId ?? '';
  if (engaged.data.engagement === 'delivered' && !engaged.data.ambiguous) {
    const early = clicks.filter((click) => click.actor !== 'machine' && isAtDelivery(click, { message, at }));
    return { own: null, earlier: early.map((click) => ({ click, reason: 'at_delivery' })) };
  }
  if (!isJudged(engaged)) return NOTHING;
  const own: Place = { message, link: engaged.pii.url ?? '', at };
  const burst = burstAround(clicks, own);
  const earlier = burst
    .filter(({ actor }) => actor !== 'machine')
    .map((click) => ({ click, reason: 'burst' as const }));
  if (burst.length > 0) return { own: 'burst', earlier };
  return deliveries.some((delivery) => isAtDelivery(own, delivery)) ? { own: 'at_delivery', earlier } : NOTHING;
}

function isAtDelivery(click: Place, { message, at }: RecentDelivery): boolean {
  return click.message === message && click.at - at <= READING_TIME && at - click.at <= BEFORE_DELIVERY;
}

/** The earlier clicks that make a burst with this one: those of some ten seconds around it in which there are links enough. */
function burstAround(clicks: readonly RecentClick[], own: Place): readonly RecentClick[] {
  const near = clicks.filter(({ message, at }) => message === own.message && Math.abs(at - own.at) <= BURST_WINDOW);
  const starts = [own.at, ...near.map(({ at }) => at)].filter((at) => at <= own.at);
  const bursts = starts.map((start) => near.filter(({ at }) => at >= start && at <= start + BURST_WINDOW));
  const found = bursts.filter((burst) => new Set([own.link, ...burst.map(({ link }) => link)]).size >= BURST_LINKS);
  return near.filter((click) => found.some((burst) => burst.includes(click)));
}

/** The state after an engagement was recorded. `at`: when it counts. */
export function metClick(state: ContactState, event: Recorded<EngagementRecorded>, at: number): ContactState {
  const message = event.pii.providerMessageId ?? '';
  if (event.data.engagement === 'delivered' && message !== '')
    return { ...state, deliveries: [...state.deliveries, { message, at }].slice(-MAX_DELIVERIES) };
  if (!isJudged(event)) return state;
  const { actor = 'unknown', sourceId } = event.data;
  const [less, more] = differences(event.pii.counted ?? [], event.pii.countedAsMachine);
  const click: RecentClick = {
    ...{ id: event.id, input: event.correlationId, sourceId, message, link: event.pii.url ?? '', at },
    ...{ actor, less, more, points: 0 },
  };
  return { ...state, clicks: [...state.clicks, click].slice(-MAX_CLICKS) };
}

/** What changes in the counters when a machine clicked. `asMachine` undefined: nothing. */
export function differences(
  counted: readonly string[],
  asMachine: readonly string[] | undefined,
): readonly [less: readonly string[], more: readonly string[]] {
  if (asMachine === undefined) return [[], []];
  return [counted.filter((id) => !asMachine.includes(id)), asMachine.filter((id) => !counted.includes(id))];
}

function withoutGrants({ grants: _, ...click }: RecentClick): RecentClick {
  return click;
}

/** The clicks once one of them is known to be a machine's. */
export function reclassified(clicks: readonly RecentClick[], id: string): readonly RecentClick[] {
  return clicks.map((click) =>
    click.id === id ? { ...withoutGrants(click), actor: 'machine', less: [], more: [], points: 0 } : click,
  );
}

/** Score that a rule grants is remembered with the click that it was granted for. */
export function granted(clicks: readonly RecentClick[], event: Recorded<ScoreAdded>): readonly RecentClick[] {
  const { by, points, expiresAt } = event.data;
  if (!('rule' in by) || !clicks.some(({ input }) => input === event.correlationId)) return clicks;
  return clicks.map((click) =>
    click.input !== event.correlationId
      ? click
      : expiresAt === undefined
        ? { ...click, points: click.points + points }
        : { ...click, grants: [...(click.grants ?? []), points, event.recordedAt, expiresAt] },
  );
}

/** Without those that nothing to come can change; the same lists when there are none. */
export function withoutOld(state: ContactState): ContactState {
  const since = state.recordedAt - REMEMBERED;
  const isOld = ({ at }: { readonly at: number }): boolean => at < since;
  if (!state.clicks.some(isOld) && !state.deliveries.some(isOld)) return state;
  return {
    ...state,
    clicks: state.clicks.filter((click) => !isOld(click)),
    deliveries: state.deliveries.filter((delivery) => !isOld(delivery)),
  };
}
