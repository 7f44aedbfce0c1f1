/** The read models' tables, column by column (migration 0005). */
import type {
  ContactRow,
  EffectRow,
  EnrollmentRow,
  NotificationRow,
  RuleCount,
  SourceCount,
  SuppressionRow,
  TimelineRow,
} from '#contracts/read-models.js';
import type { ContactSearch, ContactTag } from '#engine/projection/store.js';
import { type Table, type TableSpec, table } from './table.js';

const contact: TableSpec<ContactRow> = {
  name: 'contact',
  key: ['workspaceId', 'contactId'],
  columns: {
    workspaceId: 'uuid',
    contactId: 'uuid',
    email: 'text',
    attributes: 'jsonb',
    tags: 'text[]',
    score: 'bigint',
    stage: 'text',
    owner: 'text',
    timeZone: 'text',
    consent: 'jsonb',
    deleted: 'boolean',
    suppressed: 'boolean',
    suppressedScopes: 'text[]',
    engagements: 'bigint',
    lastEngagement: 'text',
    lastEngagementAt: 'timestamptz',
    linkedTo: 'uuid',
    aliases: 'uuid[]',
    addresses: 'jsonb',
    identities: 'text[]',
    erased: 'boolean',
    createdAt: 'timestamptz',
    updatedAt: 'timestamptz',
    appliedVersion: 'integer',
  },
};

const contactTag: TableSpec<ContactTag> = {
  name: 'contact_tag',
  key: ['workspaceId', 'tag', 'contactId'],
  columns: { workspaceId: 'uuid', tag: 'text', contactId: 'uuid' },
};

const contactSearch: TableSpec<ContactSearch> = {
  name: 'contact_search',
  key: ['workspaceId', 'contactId'],
  columns: { workspaceId: 'uuid', contactId: 'uuid', facets: 'text[]', words: 'text' },
};

const timeline: TableSpec<TimelineRow> = {
  name: 'timeline',
  key: ['workspaceId', 'contactId', 'version', 'recordedAt'],
  columns: {
    workspaceId: 'uuid',
    contactId: 'uuid',
    version: 'integer',
    recordedAt: 'timestamptz',
    eventId: 'uuid',
    type: 'text',
    occurredAt: 'timestamptz',
    causationId: 'uuid',
    correlationId: 'uuid',
    data: 'jsonb',
    pii: 'jsonb',
    changed: 'jsonb',
  },
};

const enrollment: TableSpec<EnrollmentRow> = {
  name: 'enrollment',
  key: ['workspaceId', 'enrollmentId'],
  columns: {
    workspaceId: 'uuid',
    enrollmentId: 'uuid',
    contactId: 'uuid',
    sequence: 'text',
    rule: 'text',
    ruleVersion: 'integer',
    state: 'text',
    enrolledAt: 'timestamptz',
    eventId: 'uuid',
  },
};

const suppression: TableSpec<SuppressionRow> = {
  name: 'suppression',
  key: ['workspaceId', 'contactId', 'subject', 'scope'],
  columns: {
    workspaceId: 'uuid',
    contactId: 'uuid',
    subject: 'uuid',
    scope: 'text',
    email: 'text',
    reason: 'text',
    ofPerson: 'boolean',
    since: 'timestamptz',
    eventId: 'uuid',
    liftedAt: 'timestamptz',
    liftedReason: 'text',
  },
};

const effect: TableSpec<EffectRow> = {
  name: 'effect',
  key: ['workspaceId', 'effectId'],
  columns: {
    workspaceId: 'uuid',
    effectId: 'uuid',
    contactId: 'uuid',
    version: 'integer',
    eventId: 'uuid',
    causeEventId: 'uuid',
    correlationId: 'uuid',
    kind: 'text',
    rule: 'text',
    ruleVersion: 'integer',
    action: 'text',
    requestedAt: 'timestamptz',
    notAfter: 'timestamptz',
    recipient: 'text',
    title: 'text',
    body: 'text',
    state: 'text',
    outcomes: 'jsonb',
  },
};

const notification: TableSpec<NotificationRow> = {
  name: 'notification',
  key: ['workspaceId', 'effectId'],
  columns: {
    workspaceId: 'uuid',
    effectId: 'uuid',
    contactId: 'uuid',
    state: 'text',
    title: 'text',
    body: 'text',
    recipient: 'text',
    rule: 'text',
    ruleVersion: 'integer',
    requestedAt: 'timestamptz',
    openedAt: 'timestamptz',
    takenBy: 'text',
    takenAt: 'timestamptz',
    doneBy: 'text',
    doneAt: 'timestamptz',
  },
};

const ruleCounter: TableSpec<RuleCount> = {
  name: 'rule_counter',
  key: ['workspaceId', 'rule', 'version', 'day', 'measure', 'lane'],
  columns: {
    workspaceId: 'uuid',
    rule: 'text',
    version: 'integer',
    day: 'date',
    measure: 'text',
    lane: 'integer',
    count: 'bigint',
  },
  added: ['count'],
};

const sourceCounter: TableSpec<SourceCount> = {
  name: 'source_counter',
  key: ['workspaceId', 'sourceId', 'hour', 'type', 'imported', 'lane'],
  columns: {
    workspaceId: 'uuid',
    sourceId: 'uuid',
    hour: 'timestamptz',
    type: 'text',
    imported: 'boolean',
    lane: 'integer',
    count: 'bigint',
  },
  added: ['count'],
};

export interface ReadTables {
  readonly contact: Table<ContactRow>;
  readonly contactTag: Table<ContactTag>;
  readonly contactSearch: Table<ContactSearch>;
  readonly timeline: Table<TimelineRow>;
  readonly enrollment: Table<EnrollmentRow>;
  readonly suppression: Table<SuppressionRow>;
  readonly effect: Table<EffectRow>;
  readonly notification: Table<NotificationRow>;
  readonly ruleCounter: Table<RuleCount>;
  readonly sourceCounter: Table<SourceCount>;
}

/** The tables in `read`, copies of them in `pg_temp`, or those that are built to take their place in `read_next`. */
export function tablesIn(schema: 'read' | 'pg_temp' | 'read_next'): ReadTables {
  return {
    contact: table(contact, schema),
    contactTag: table(contactTag, schema),
    contactSearch: table(contactSearch, schema),
    timeline: table(timeline, schema),
    enrollment: table(enrollment, schema),
    suppression: table(suppression, schema),
    effect: table(effect, schema),
    notification: table(notification, schema),
    ruleCounter: table(ruleCounter, schema),
    sourceCounter: table(sourceCounter, schema),
  };
}

export const READ = tablesIn('read');
