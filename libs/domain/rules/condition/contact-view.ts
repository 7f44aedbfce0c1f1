/** A contact as conditions and templates see it. One view serves a whole decision: `facts` moves on as the state evolves. */
import { storedValue } from '../attributes/declaration.js';
import { type AttributeTypes, partsOfType } from '../attributes/type.js';
import { type ContactFacts, currentSubject, member, suppressedScopes } from '../facts.js';
import { scoreAt } from '../score.js';
import { PRESENT } from './event-view.js';
import { typed } from './typed.js';

/** CEL types of the fields; `attributes` are those declared in attributes.yaml. Names are part of the language: never renamed. */
export const CONTACT_FIELDS = {
  email: 'string',
  score: 'int',
  stage: 'string',
  owner: 'string',
  time_zone: 'string',
  consents: 'list<string>',
  tags: 'list<string>',
  attributes: 'Attributes',
  suppressed: 'bool',
  suppressed_scopes: 'list<string>',
  sequences: 'list<string>',
} as const;

/** A Map, because the library asks a Map by `get`, which lets each rule see attributes under its own types. */
export class AttributesView extends Map<string, unknown> {
  constructor(
    readonly types: AttributeTypes,
    readonly stored: ContactFacts['attributes'],
  ) {
    super();
  }
  override get(name: string): unknown {
    const type = member(this.types, name);
    if (type === undefined) return undefined;
    const parts = partsOfType(type);
    return typed(parts, storedValue(parts, name, this.stored));
  }
  [PRESENT](name: string): boolean {
    const type = member(this.types, name);
    return storedValue(type === undefined ? { storedAs: [] } : partsOfType(type), name, this.stored) !== undefined;
  }
}

export class ContactView implements Record<keyof typeof CONTACT_FIELDS, unknown> {
  /** Types under which the condition now asked sees attributes. */
  types: AttributeTypes = {};

  /** `now`: milliseconds, of the whole decision. */
  constructor(
    public facts: ContactFacts,
    private readonly now: number,
  ) {}

  get email(): string {
    return this.facts.email ?? '';
  }
  get score(): bigint {
    return BigInt(scoreAt(this.facts, this.now));
  }
  get stage(): string {
    return this.facts.stage ?? '';
  }
  get owner(): string {
    return this.facts.owner ?? '';
  }
  get time_zone(): string {
    return this.facts.timeZone ?? '';
  }
  /** Purposes it has consented to, sorted. */
  get consents(): readonly string[] {
    return Object.keys(this.facts.consent).filter((purpose) => this.facts.consent[purpose]?.given);
  }
  get tags(): readonly string[] {
    return this.facts.tags;
  }
  get attributes(): AttributesView {
    return new AttributesView(this.types, this.facts.attributes);
  }
  get suppressed(): boolean {
    return suppressedScopes(this.facts, currentSubject(this.facts)).includes('all');
  }
  get suppressed_scopes(): readonly string[] {
    return suppressedScopes(this.facts, currentSubject(this.facts));
  }
  get sequences(): readonly string[] {
    return Object.keys(this.facts.enrollments);
  }

  [PRESENT](field: string): boolean {
    if (field === 'time_zone') return this.facts.timeZone !== null;
    if (field === 'email' || field === 'stage' || field === 'owner') return this.facts[field] !== null;
    return true;
  }
}
