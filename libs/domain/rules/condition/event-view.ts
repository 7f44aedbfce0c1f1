/** An engagement as conditions and templates see it: every declared field has a value; `PRESENT` tells absent from empty. */
import type { EngagementRecorded } from '#contracts/contact-events.js';
import type { Json, JsonObject } from '#contracts/json.js';

/** Asks a view whether a field was really there: what `has()` tells. */
export const PRESENT = Symbol('present');

/** CEL types of the fields. Names are part of the language: never renamed. */
export const EVENT_FIELDS = {
  type: 'string',
  actor: 'string',
  actor_derived: 'bool',
  url: 'string',
  scope: 'string',
  provider: 'string',
  provider_type: 'string',
  message_id: 'string',
  recipient: 'string',
  reason: 'string',
  channel: 'string',
  user_agent: 'string',
  ip: 'string',
  tags: 'list<string>',
  metadata: 'map<string, string>',
  properties: 'map<string, dyn>',
  bounce_status: 'string',
  bounce_class: 'string',
  inbound_from: 'string',
  inbound_subject: 'string',
} as const;

export type EventField = keyof typeof EVENT_FIELDS;

/** Text of what a provider sent along under a name: conditions compare text. */
function texts(metadata: JsonObject | undefined): Map<string, string> {
  const map = new Map<string, string>();
  for (const [name, value] of Object.entries(metadata ?? {})) {
    if (value === undefined || value === null) continue;
    map.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  }
  return map;
}

function typedMap(of: JsonObject): Map<string, unknown> {
  const map = new Map<string, unknown>();
  for (const [name, value] of Object.entries(of))
    if (value !== undefined && value !== null) map.set(name, typed(value));
  return map;
}

function typed(value: Json): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? value.map((one: Json) => typed(one)) : typedMap(value as JsonObject);
}

type Recorded = Pick<EngagementRecorded, 'data' | 'pii'>;

export class EventView implements Record<EventField, unknown> {
  readonly #data: Recorded['data'];
  readonly #pii: Recorded['pii'];
  #metadata: Map<string, string> | null = null;
  #properties: Map<string, unknown> | null = null;

  constructor({ data, pii }: Recorded) {
    this.#data = data;
    this.#pii = pii;
  }

  get type(): string {
    return this.#data.engagement;
  }
  get actor(): string {
    return this.#data.actor ?? '';
  }
  get actor_derived(): boolean {
    return this.#data.actorDerived ?? false;
  }
  get url(): string {
    return this.#pii.url ?? '';
  }
  get scope(): string {
    return this.#data.scope ?? '';
  }
  get provider(): string {
    return this.#data.provider;
  }
  get provider_type(): string {
    return this.#pii.providerEventType ?? '';
  }
  get message_id(): string {
    return this.#pii.providerMessageId ?? '';
  }
  get recipient(): string {
    return this.#pii.recipient ?? '';
  }
  get reason(): string {
    return this.#pii.reason ?? '';
  }
  get channel(): string {
    return this.#pii.channel ?? 'email';
  }
  get user_agent(): string {
    return this.#pii.userAgent ?? '';
  }
  get ip(): string {
    return this.#pii.ip ?? '';
  }
  get tags(): readonly string[] {
    return this.#pii.tags ?? [];
  }
  get metadata(): ReadonlyMap<string, string> {
    this.#metadata ??= texts(this.#pii.metadata);
    return this.#metadata;
  }
  /** What came along, typed as it came: whole numbers are ints. */
  get properties(): ReadonlyMap<string, unknown> {
    this.#properties ??= typedMap(this.#pii.metadata ?? {});
    return this.#properties;
  }
  get bounce_status(): string {
    return this.#pii.bounce?.status ?? '';
  }
  get bounce_class(): string {
    return this.#pii.bounce?.classification ?? '';
  }
  get inbound_from(): string {
    return this.#pii.inbound?.from ?? '';
  }
  get inbound_subject(): string {
    return this.#pii.inbound?.subject ?? '';
  }

  [PRESENT](field: string): boolean {
    if (field === 'channel') return this.#pii.channel !== undefined;
    if (field === 'actor_derived') return this.#data.actorDerived !== undefined;
    const value = this[field as EventField];
    return Array.isArray(value) ? value.length > 0 : value instanceof Map ? value.size > 0 : value !== '';
  }
}
