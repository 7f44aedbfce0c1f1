/** The projection's own loads and writes, on the tables beside the live ones: what is there goes on by its next events alone. */
import type { PoolClient } from 'pg';
import type { ReadModelName } from '#contracts/read-models.js';
import type { ProjectionUnit, ReadChanges } from '#engine/projection/store.js';
import { statementsOn } from '../statements.js';
import { tablesIn } from '../tables.js';
import { PostgresProjectionUnit } from '../unit.js';
import { NEXT } from './next-tables.js';

const TABLES = tablesIn(NEXT);
const ON = statementsOn(TABLES);

/** What an event is folded onto: their rows are loaded, whichever models are wanted. */
const BASIS: readonly ReadModelName[] = ['contact', 'suppression', 'effect', 'notification'];

/** The models to build for some that are wanted: counters stand alone, of the others each event needs the basis. */
export function builtFor(wanted: ReadonlySet<ReadModelName>): ReadonlySet<ReadModelName> {
  const folds = [...wanted].some((model) => !model.endsWith('_counter'));
  return folds ? new Set([...wanted, ...BASIS]) : wanted;
}

/** `models` with their basis: of the others nothing is written. Counters are left to the caller, who sums them up. */
export function nextUnit(client: PoolClient, models: ReadonlySet<ReadModelName>): ProjectionUnit {
  const { timeline: _, ...withoutTimeline } = ON.clear;
  const clear = (models.has('timeline') ? ON.clear : withoutTimeline) as typeof ON.clear;
  const unit = new PostgresProjectionUnit(client, TABLES, { ...ON, clear }, false);
  return {
    load: (needs) => unit.load(needs),
    save: (changes) => unit.save(only(models, changes)),
    feed: async () => undefined,
    reach: async () => undefined,
    setAside: async () => undefined,
  };
}

function only(models: ReadonlySet<ReadModelName>, changes: ReadChanges): ReadChanges {
  const timeline = models.has('timeline') ? changes.timeline : [];
  const enrolled = models.has('enrollment') ? {} : { enrollments: [], exits: [] };
  return { ...changes, timeline, ...enrolled };
}
