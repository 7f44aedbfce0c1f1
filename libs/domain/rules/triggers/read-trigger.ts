/** Reads `on:`, a name or a map with the name of a kind. */
import { isMap } from 'yaml';
import { didYouMean } from '../did-you-mean.js';
import type { Vocabulary } from '../vocabulary.js';
import type { Field, Source } from '../yaml/source.js';
import { isOwnEvent, onEngagement } from './engagement.js';
import { TRIGGERS } from './table.js';
import type { Trigger } from './trigger.js';

const KINDS = TRIGGERS.map(({ kind }) => kind);

export function readTrigger(field: Field, source: Source, vocabulary: Vocabulary): Trigger | null {
  if (isMap(field.value)) return fromMap(field, source, vocabulary);
  const name = source.string(field, 'on', 'write an engagement type: clicked');
  if (name === null) return null;
  if (isOwnEvent(name)) return onEngagement(name);
  const at = source.at(field.value, field.at);
  const kind = TRIGGERS.find((one) => one.kind === name);
  if (!kind) {
    const problem = `nothing is called ${name} that a rule could wait for`;
    return source.complain(at, problem, didYouMean(name, KINDS, 'trigger'));
  }
  if (kind.argument === 'required') return source.complain(at, `${name} of what?`, `write ${kind.example}`);
  return kind.read(null, new Map(), source, vocabulary);
}

function fromMap(field: Field, source: Source, vocabulary: Vocabulary): Trigger | null {
  const at = source.at(field.value, field.at);
  const fields = source.fields(field.value, at, 'on:', null);
  if (!fields) return null;
  const [first, ...others] = [...fields.values()].flatMap((one) => {
    const kind = TRIGGERS.find(({ kind }) => kind === one.name);
    return kind ? [{ kind, field: one }] : [];
  });
  if (others[0]) return source.complain(others[0].field.at, 'a rule waits for one thing', 'write one rule for each');
  if (!first) {
    const [wrong] = fields.values();
    if (!wrong) return source.complain(at, 'on: is empty', 'write on: clicked (or another trigger)');
    const cure = isOwnEvent(wrong.name) ? `write on: ${wrong.name}` : didYouMean(wrong.name, KINDS, 'trigger');
    return source.complain(wrong.at, `nothing is called ${wrong.name} that a rule could wait for`, cure);
  }
  const { kind, field: own } = first;
  if (kind.argument === 'none') return source.complain(own.at, `${kind.kind} takes nothing`, `write ${kind.example}`);
  fields.delete(kind.kind);
  for (const { name, at: where } of fields.values()) {
    if (kind.options?.includes(name)) continue;
    return source.complain(where, `${kind.kind} knows no ${name}`, `write ${kind.example}`);
  }
  return kind.read(own, fields, source, vocabulary);
}
