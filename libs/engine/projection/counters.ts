/** read.rule_counter and read.source_counter: what an event adds to them. Pure; each lane has counters of its own. */
import type { RuleCount, RuleMeasure, SourceCount } from '#contracts/read-models.js';
import { inKeyOrder } from './keys.js';
import type { OpenedEvent } from './opened-event.js';

const HOUR_MS = 3_600_000;

/** What the event adds to a rule's counter of the day it was recorded on (UTC); null for events that no rule caused. */
export function countRule(event: OpenedEvent): RuleCount | null {
  switch (event.type) {
    case 'rule_fired':
      return ruleCount(event, event.data, 'fired');
    case 'rule_failed':
      return ruleCount(event, event.data, 'failed');
    case 'rule_held':
      return ruleCount(event, event.data, `held:${event.data.reason}`);
    case 'effect_requested':
      return 'rule' in event.data.by ? ruleCount(event, event.data.by, 'effects') : null;
    default:
      return null;
  }
}

function ruleCount(
  event: OpenedEvent,
  by: { readonly rule: string; readonly version: number },
  measure: RuleMeasure,
): RuleCount {
  return {
    workspaceId: event.workspaceId,
    rule: by.rule,
    version: by.version,
    day: new Date(event.recordedAt).toISOString().slice(0, 10),
    measure,
    lane: event.lane,
    count: 1,
  };
}

/** What the event adds to its source's counter of the hour of receipt (as the books count); null for what no source sent. */
export function countSource(event: OpenedEvent): SourceCount | null {
  if (event.type !== 'engagement_recorded' && event.type !== 'engagement_too_late') return null;
  return {
    workspaceId: event.workspaceId,
    sourceId: event.data.sourceId,
    hour: Math.floor(event.data.receivedAt / HOUR_MS) * HOUR_MS,
    type: event.data.engagement,
    imported: event.data.imported === true,
    lane: event.lane,
    count: 1,
  };
}

/** Sums of single counts, one per counter. */
export class CounterSums {
  readonly #rules = new Map<string, RuleCount>();
  readonly #sources = new Map<string, SourceCount>();

  add(event: OpenedEvent): void {
    const rule = countRule(event);
    if (rule) sum(this.#rules, [rule.workspaceId, rule.rule, rule.version, rule.day, rule.measure, rule.lane], rule);
    const source = countSource(event);
    if (source)
      sum(
        this.#sources,
        [source.workspaceId, source.sourceId, source.hour, source.type, String(source.imported), source.lane],
        source,
      );
  }

  /** In key order, as all writers take them. */
  get rules(): readonly RuleCount[] {
    return inKeyOrder(this.#rules);
  }

  get sources(): readonly SourceCount[] {
    return inKeyOrder(this.#sources);
  }
}

function sum<C extends { readonly count: number }>(
  sums: Map<string, C>,
  parts: readonly (string | number)[],
  one: C,
): void {
  const key = parts.join('\n');
  const known = sums.get(key);
  sums.set(key, known ? { ...known, count: known.count + one.count } : one);
}
