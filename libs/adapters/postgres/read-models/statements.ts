/** The bulk statements of the projection on one schema. */
import { type Statement, statement } from '../statement.js';
import { insertInto, removeFrom, type Table, upsertInto } from './table.js';
import type { ReadTables } from './tables.js';

export interface ProjectionStatements {
  /** Parameters: workspace ids, contact ids (suppressions: all of these contacts) or effect ids. */
  readonly load: Readonly<Record<'contacts' | 'suppressions' | 'effects' | 'notifications', Statement>>;
  readonly upsert: Readonly<Record<Exclude<keyof ReadTables, 'timeline'>, Statement>>;
  readonly insertTimeline: Statement;
  readonly removeTags: Statement;
  /** Parameters: workspace ids, enrollment ids. */
  readonly exitEnrollments: Statement;
  /** Clear personal columns; parameters: workspace ids, contact ids. Contacts, their tags and what they are found by are written by the fold itself. */
  readonly clear: Readonly<Record<'timeline' | 'suppression' | 'effect' | 'notification', Statement>>;
}

export function statementsOn(tables: ReadTables): ProjectionStatements {
  return {
    load: {
      contacts: loadFrom(tables.contact, 'contact_id'),
      suppressions: loadFrom(tables.suppression, 'contact_id'),
      effects: loadFrom(tables.effect, 'effect_id'),
      notifications: loadFrom(tables.notification, 'effect_id'),
    },
    upsert: {
      contact: upsertInto(tables.contact),
      contactTag: upsertInto(tables.contactTag),
      contactSearch: upsertInto(tables.contactSearch),
      enrollment: upsertInto(tables.enrollment),
      suppression: upsertInto(tables.suppression),
      effect: upsertInto(tables.effect),
      notification: upsertInto(tables.notification),
      ruleCounter: upsertInto(tables.ruleCounter),
      sourceCounter: upsertInto(tables.sourceCounter),
    },
    insertTimeline: insertInto(tables.timeline),
    removeTags: removeFrom(tables.contactTag),
    exitEnrollments: exitIn(tables.enrollment),
    clear: {
      timeline: clearIn(tables.timeline, 'pii = null, changed = null'),
      suppression: clearIn(tables.suppression, 'email = null'),
      effect: clearIn(
        tables.effect,
        `recipient = null, title = null, body = null, outcomes = ${OUTCOMES_WITHOUT_DETAIL}`,
      ),
      notification: clearIn(
        tables.notification,
        'title = null, body = null, recipient = null, taken_by = null, done_by = null',
      ),
    },
  };
}

const OUTCOMES_WITHOUT_DETAIL = `coalesce(
  (select jsonb_object_agg(o.key, o.value || '{"detail": null}') from jsonb_each(t.outcomes) o), '{}')`;

function loadFrom<Row>(from: Table<Row>, column: string): Statement {
  return statement(
    `${from.schema}.${from.name}.load`,
    `select ${from.selected}
from unnest($1::uuid[], $2::uuid[]) as k(workspace_id, ${column})
join ${from.schema}.${from.name} t on t.workspace_id = k.workspace_id and t.${column} = k.${column}`,
  );
}

function exitIn<Row>(of: Table<Row>): Statement {
  return statement(
    `${of.schema}.${of.name}.exit`,
    `update ${of.schema}.${of.name} t set state = 'exited'
from unnest($1::uuid[], $2::uuid[]) as k(workspace_id, enrollment_id)
where t.workspace_id = k.workspace_id and t.enrollment_id = k.enrollment_id`,
  );
}

function clearIn<Row>(of: Table<Row>, set: string): Statement {
  return statement(
    `${of.schema}.${of.name}.clear`,
    `update ${of.schema}.${of.name} t set ${set}
from unnest($1::uuid[], $2::uuid[]) as k(workspace_id, contact_id)
where t.workspace_id = k.workspace_id and t.contact_id = k.contact_id`,
  );
}
