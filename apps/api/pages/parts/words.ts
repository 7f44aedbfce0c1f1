/** Events of a contact as sentences. What stands in them came from outside: the templates escape it. */
import type { Json, JsonObject } from '#contracts/json.js';
import type { TimelineRow } from '#contracts/read-models.js';
import { type Html, html, type Part } from '../html.js';
import { exact } from './format.js';
import {
  actorBadge,
  engagementBadge,
  heldBecause,
  scopeWords,
  spoken,
  suppressedBecause,
  type Tone,
  toneOf,
} from './kinds.js';

export interface Sentence {
  readonly words: Part;
  readonly tone: Tone;
}

type Say = (data: JsonObject, pii: JsonObject) => Sentence;

const ERASED = html`<span class="faint">(erased)</span>`;
const LONGEST_VALUE = 120;

/** A value of any shape, cut to what a line holds. */
function shown(value: unknown): Part {
  if (value === undefined) return ERASED;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}

const bold = (value: unknown): Html => html`<b>${shown(value)}</b>`;
const rule = (data: JsonObject): Html => html`<b>${shown(data['rule'])}</b> v${shown(data['version'])}`;
const say = (words: Part, tone: Tone = 'mute'): Sentence => ({ words, tone });

const POINTS = (points: unknown): string => (Number(points) < 0 ? `${points}` : `+${points}`);

const SENTENCES: Readonly<Record<string, Say>> = {
  engagement_recorded: engaged,
  engagement_reclassified: ({ engagement, reason }) =>
    say(html`${engagementBadge(String(engagement))} was a machine’s: ${reclassifiedBecause(reason)}`, 'warn'),
  engagement_too_late: (data) =>
    say(html`${engagementBadge(String(data['engagement']))} older than 400 days: kept on record, changes nothing`),
  address_set: (_, { email }) => say(html`Address is ${bold(email)}`),
  attribute_set: ({ name }, { value }) => say(html`${shown(name)} is ${bold(value)}`),
  attribute_cleared: ({ name }) => say(html`${shown(name)} cleared`),
  tag_added: (_, { tag }) => say(html`Tagged ${bold(tag)}`),
  tag_removed: (_, { tag }) => say(html`Tag ${bold(tag)} removed`),
  score_added: ({ points }) => say(html`Score <b>${POINTS(points)}</b>`, 'accent'),
  stage_set: (_, { stage }) => say(html`Stage is ${bold(stage)}`),
  owner_set: (_, { owner }) => say(html`Owner is ${bold(owner)}`),
  time_zone_set: (_, { timeZone }) => say(html`Time zone is ${bold(timeZone)}`),
  consent_set: ({ given }, { purpose }) =>
    say(html`Consent to ${bold(purpose)} <b>${given ? 'given' : 'withdrawn'}</b>`),
  contact_deleted: () => say(html`<b>Contact deleted</b>`, 'bad'),
  suppressed: ({ scope, reason, by }, { note }) =>
    say(html`<b>Suppressed</b> for ${scopeWords(scope)} ${because(by, reason)}${noted(note)}`, 'bad'),
  suppression_lifted: ({ scope, reason, by }, { note }) =>
    say(html`Suppression for ${scopeWords(scope)} lifted ${because(by, reason)}${noted(note)}`, 'good'),
  enrolled: ({ sequence }) => say(html`Enrolled in ${bold(sequence)}`, 'accent'),
  exited: ({ sequence }) => say(html`Left ${bold(sequence)}`, 'accent'),
  rule_fired: (data) => say(html`Rule ${rule(data)} fired`, 'accent'),
  rule_held: (data) => say(html`Rule ${rule(data)} held back: ${heldBecause(data['reason'])}`, 'warn'),
  rule_failed: (data) => say(html`Rule ${rule(data)} failed and did nothing`, 'bad'),
  effect_requested: ({ kind }, { to, title }) => say(html`${asked(kind)} ${bold(to)}: ${shown(title)}`, 'accent'),
  effect_outcome_recorded: outcome,
  notification_taken: (_, { by }) => say(html`Notification taken by ${bold(by)}`, 'good'),
  notification_done: (_, { by }) => say(html`Notification done by ${bold(by)}`, 'good'),
  command_refused: ({ reason }) => say(html`A command was refused: ${spoken(String(reason))}`, 'warn'),
  link_suggested: ({ alias }) => say(html`Was met together with ${contact(alias, 'another key')}`),
  link_requested: ({ to }) => say(html`Asked to join ${contact(to)}`),
  link_refused: ({ to, reason }) => say(html`Did not join ${contact(to)}: ${refusedBecause(reason)}`, 'warn'),
  timer_armed: ({ purpose, dueAt }) =>
    say(html`Will be looked at again (${shown(purpose)}) on ${exact(Number(dueAt))}`),
  timer_fired: ({ purpose }) => say(html`Looked at again (${shown(purpose)}), as was due`),
  segment_entered: ({ segment, silent }) =>
    say(html`Became a member of segment ${bold(segment)}${silent ? ', silently' : ''}`, 'accent'),
  segment_left: ({ segment, silent, retired }) =>
    say(html`Left segment ${bold(segment)}${retired ? ', which was retired' : silent ? ', silently' : ''}`),
  link_deferred: ({ alias }) => say(html`${contact(alias)} waits to join`),
  alias_added: ({ alias }) => say(html`Takes in ${contact(alias)}`, 'accent'),
  linked: ({ contactId }) => say(html`Became an alias of ${contact(contactId)}`),
  merged: ({ alias }) => say(html`Is one with ${contact(alias, 'what was another contact')}`, 'accent'),
};

const ASKED: Readonly<Record<string, string>> = {
  notify: 'Notify',
  create_task: 'Task for',
  send_email: 'E-mail to',
  call_webhook: 'Call',
  write_crm: 'Write to',
};

function asked(kind: Json | undefined): string {
  return ASKED[String(kind)] ?? spoken(String(kind));
}

function contact(id: Json | undefined, called = 'another contact'): Html {
  return html`<a class="link" href="/pages/contacts/${shown(id)}">${called}</a>`;
}

function refusedBecause(reason: unknown): string {
  if (reason === 'busy') return 'that was about to join another';
  return reason === 'same_contact' ? 'the two were one contact already' : 'it has as many aliases as it may have';
}

function reclassifiedBecause(reason: unknown): string {
  return reason === 'burst' ? 'several links within seconds' : 'nobody reads as fast after the delivery';
}

/** One event in words; an unknown type by its name. */
export function sentenceOf({ type, data, pii }: Pick<TimelineRow, 'type' | 'data' | 'pii'>): Sentence {
  const known = Object.hasOwn(SENTENCES, type) ? SENTENCES[type] : undefined;
  return known ? known(data, pii ?? {}) : say(spoken(type));
}

function engaged(data: JsonObject, pii: JsonObject): Sentence {
  const engagement = String(data['engagement']);
  const marks = [
    data['ambiguous'] === true &&
      html`<span class="badge" title="It may concern another recipient of the same message">ambiguous</span>`,
    data['late'] === true && html`<span class="badge warn" title="Too late to notify or enroll">late</span>`,
    data['clamped'] === true && html`<span class="badge warn" title="Its time lay in the future">clamped</span>`,
  ];
  const about = detailOf(pii);
  const words = html`${engagementBadge(engagement)} ${actorBadge(data['actor'], data['actorDerived'])} ${marks} ${about}`;
  return say(words, toneOf(engagement));
}

/** What an engagement was about: the link, the subject of a reply, the reason of a bounce. */
function detailOf(pii: JsonObject): Part {
  const { url, reason, inbound } = pii;
  if (typeof url === 'string') return html`<span class="wrap">${shown(url)}</span>`;
  if (isObject(inbound)) return html`“${shown(inbound['subject'] ?? 'no subject')}”`;
  return typeof reason === 'string' ? html`<span class="soft wrap">${shown(reason)}</span>` : null;
}

function outcome(data: JsonObject): Sentence {
  const { target, reason } = data;
  const attempts = Number(data['attempts']) > 1 ? ` after ${data['attempts']} attempts` : '';
  const why = typeof reason === 'string' ? html` (${spoken(reason)})` : null;
  switch (data['outcome']) {
    case 'delivered':
      return say(html`Delivered to the <b>${shown(target)}</b>${attempts}`, 'good');
    case 'expired':
      return say(html`Expired before it reached the <b>${shown(target)}</b>${why}`, 'warn');
    case 'suppressed':
      return say(html`Not sent to the <b>${shown(target)}</b>: suppressed`, 'warn');
    default:
      return say(html`Could not be delivered to the <b>${shown(target)}</b>${attempts}${why}`, 'bad');
  }
}

/** A person or another system may say of what kind it is: then both are told. */
function because(by: Json | undefined, reason: Json | undefined): string {
  const told = isObject(by) && by['command'] === true;
  const why = suppressedBecause(String(reason));
  if (!told) return `after ${why}`;
  const who = suppressedBecause('command');
  return reason === 'command' ? `by ${who}` : `by ${who} for ${why}`;
}

function noted(note: Json | undefined): Html | null {
  return typeof note === 'string' && note !== '' ? html`: “${note}”` : null;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
