/**
 * What happened (`ago`) and what happens (`after` the step above): `- { ago: 2d, clicked: { url: … } }`; `- wait: 61d` lets time pass.
 * Opens and clicks are a person's unless `actor` says otherwise.
 */
import { isMap, isScalar, isSeq } from 'yaml';
import { ENGAGEMENT_TYPES, type EngagementType } from '#contracts/engagement.js';
import type { EngagementPii } from '#contracts/inputs.js';
import type { Json, JsonObject } from '#contracts/json.js';
import { SCOPE, SCOPE_CURE } from '../actions/suppress.js';
import type { AttributeTypes } from '../attributes/type.js';
import { didYouMean } from '../did-you-mean.js';
import { HORIZON } from '../duration.js';
import { isOwnEvent } from '../triggers/engagement.js';
import type { Field, Source, YamlNode } from '../yaml/source.js';
import { readWrite } from './read-contact.js';
import type { Happening, Step } from './test-file.js';

const OTHERS = ['contact', 'suppress', 'lift'];
const KINDS: readonly string[] = [...ENGAGEMENT_TYPES, ...OTHERS];
export const ACTORS = ['human', 'machine', 'unknown'] as const;

/** Text of an engagement by its name in conditions. */
const TEXTS: { readonly [name: string]: (text: string) => Partial<EngagementPii> } = {
  url: (url) => ({ url }),
  message_id: (providerMessageId) => ({ providerMessageId }),
  reason: (reason) => ({ reason }),
  channel: (channel) => ({ channel }),
  user_agent: (userAgent) => ({ userAgent }),
  ip: (ip) => ({ ip }),
  provider_type: (providerEventType) => ({ providerEventType }),
};
export const BOUNCE = ['bounce_status', 'bounce_class'];
export const INBOUND = ['inbound_from', 'inbound_subject'];
export const ENGAGEMENT_KEYS = [
  ...['actor', 'scope', 'delayed', 'tags', 'metadata'],
  ...Object.keys(TEXTS),
  ...BOUNCE,
  ...INBOUND,
];

/** Null after a complaint. */
export function readSteps(
  field: Field,
  part: 'history' | 'when',
  source: Source,
  types: AttributeTypes,
): readonly Step[] | null {
  const items = source.items(field, `${part}:`);
  if (!items) return null;
  const timing = part === 'history' ? 'ago' : 'after';
  const steps: Step[] = [];
  let last = part === 'history' ? Number.NEGATIVE_INFINITY : 0;
  for (const item of items) {
    const at = source.at(item, field.at);
    const fields = source.fields(item, at, 'a step', null);
    if (!fields) return null;
    const wait = part === 'when' && fields.size === 1 ? fields.get('wait') : undefined;
    if (wait) {
      const time = timeOf(wait, at, timing, last, source);
      if (time === null) return null;
      last = time;
      steps.push({ at: time, happening: { kind: 'nothing' } });
      continue;
    }
    const time = timeOf(fields.get(timing), at, timing, last, source);
    fields.delete(timing);
    const [only, ...more] = fields.values();
    if (!only || more[0]) {
      source.complain(
        more[0]?.at ?? at,
        only ? 'several things in one step' : 'nothing happens in this step',
        'write each on a line that starts with -',
      );
      return null;
    }
    const happening = happeningOf(only, source, types);
    if (time === null || happening === null) return null;
    last = time;
    steps.push({ at: time, happening });
  }
  return steps;
}

/** Milliseconds from now. */
function timeOf(
  field: Field | undefined,
  at: number,
  timing: 'ago' | 'after',
  last: number,
  source: Source,
): number | null {
  if (!field) {
    if (timing === 'after') return last;
    return source.complain(at, 'it is not said when this happened', 'add ago: 2d');
  }
  const duration = source.duration(field, field.name);
  if (duration === null) return null;
  const where = source.at(field.value, field.at);
  if (duration.ms > HORIZON) return source.complain(where, `${timing} ${duration.text}`, 'history is kept for 400d');
  const time = timing === 'ago' ? -duration.ms : last + duration.ms;
  if (time >= last) return time;
  return source.complain(where, `${duration.text} ago is before the step above`, 'write them in the order of time');
}

function happeningOf(field: Field, source: Source, types: AttributeTypes): Happening | null {
  const { name } = field;
  if (name === 'contact') {
    const wish = readWrite(field, source, types);
    return wish && { kind: 'write', wish };
  }
  if (name === 'suppress' || name === 'lift') {
    const scope = source.name(field, 'a scope', SCOPE, SCOPE_CURE);
    return scope === null ? null : { kind: 'suppression', command: name === 'lift' ? 'lift' : 'add', scope };
  }
  if (KINDS.includes(name) || isOwnEvent(name)) return engagementOf(field, source);
  return source.complain(field.at, `nothing is called ${name} that could happen`, didYouMean(name, KINDS, 'event'));
}

function engagementOf(field: Field, source: Source): Happening | null {
  const { name, value } = field;
  const isEmpty = value === null || (isScalar(value) && value.value === null);
  const fields = isEmpty ? new Map<string, Field>() : source.fields(value, field.at, name, ENGAGEMENT_KEYS);
  if (!fields) return null;
  const before = source.problems.length;
  const actorField = fields.get('actor');
  const acts = name === 'opened' || name === 'clicked';
  const actor = actorField ? actorOf(actorField, source) : acts ? 'human' : null;
  const scopeField = fields.get('scope');
  const scope = scopeField ? source.name(scopeField, 'a scope', SCOPE, SCOPE_CURE) : null;
  const delayedField = fields.get('delayed');
  const delayed = delayedField ? (source.duration(delayedField, 'delayed')?.ms ?? 0) : 0;
  const pii = piiOf(fields, source);
  if (source.problems.length > before) return null;
  return { kind: 'engagement', type: name as EngagementType, actor, scope, delayed, pii };
}

function actorOf(field: Field, source: Source): (typeof ACTORS)[number] | null {
  const text = source.string(field, 'actor', 'write human, machine or unknown');
  const actor = ACTORS.find((one) => one === text);
  if (text === null || actor) return actor ?? null;
  return source.complain(source.at(field.value, field.at), `nobody is ${text}`, didYouMean(text, ACTORS, 'actor'));
}

function piiOf(fields: Map<string, Field>, source: Source): Partial<EngagementPii> {
  const text = (key: string): string | undefined => {
    const field = fields.get(key);
    return field && (source.string(field, key, 'write a text, or leave it out') ?? undefined);
  };
  const plain = Object.entries(TEXTS).map(([key, pii]) => {
    const said = text(key);
    return said === undefined ? {} : pii(said);
  });
  const [status, classification] = BOUNCE.map(text);
  const [from, subject] = INBOUND.map(text);
  const tagsField = fields.get('tags');
  const tags = tagsField && tagsOf(tagsField, source);
  const metadataField = fields.get('metadata');
  const metadata = metadataField && metadataOf(metadataField, source);
  return {
    ...Object.assign({}, ...plain),
    ...(status || classification
      ? { bounce: { ...(status ? { status } : {}), ...(classification ? { classification } : {}) } }
      : {}),
    ...(from || subject
      ? {
          inbound: {
            from: from ?? null,
            fromName: null,
            subject: subject ?? null,
            rfcMessageId: null,
            inReplyTo: null,
          },
        }
      : {}),
    ...(tags ? { tags } : {}),
    ...(metadata ? { metadata } : {}),
  };
}

function tagsOf(field: Field, source: Source): string[] {
  const items = isSeq(field.value) ? (field.value.items as YamlNode[]) : [];
  if (!isSeq(field.value)) source.complain(field.at, 'tags is no list', 'write it in brackets: [one, two]');
  return items.flatMap((value) => {
    const one = { name: 'tags', at: source.at(value, field.at), value };
    return source.string(one, 'a tag', 'write a text') ?? [];
  });
}

function metadataOf(field: Field, source: Source): JsonObject {
  if (isMap(field.value)) return field.value.toJSON() as { [name: string]: Json };
  source.complain(field.at, 'metadata is no map', 'write metadata: { campaign: spring }');
  return {};
}
