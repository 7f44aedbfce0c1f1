/** The typed environments conditions are checked and run in. Making one is costly: they are made once for each set of types. */
import { Environment } from '@marcbachmann/cel-js';
import { type AttributeTypes, celTypeOf } from '../attributes/type.js';
import type { HistoryCall } from '../history/history.js';
import { HISTORY_VARIABLE, historyOf } from '../history/history.js';
import { HISTORY_FUNCTIONS } from '../history/table.js';
import { Refusal } from '../problem.js';
import { LIMITS } from './allowed.js';
import type { CelNode, Macro } from './ast.js';
import { AttributesView, CONTACT_FIELDS, ContactView } from './contact-view.js';
import type { EventShape, TriggerView } from './event-shape.js';
import { EVENT_FIELDS, EventView } from './event-view.js';

/** A macro of a history function, with the call it read while being checked. */
export interface HistoryMacro extends Macro {
  call: HistoryCall | null;
}

const events = new Environment({ limits: LIMITS }).registerType('Event', { ctor: EventView, fields: EVENT_FIELDS });
const conditions = withHistory(events.clone());
const made = new Map<string, Environment>();

function known(key: string, make: () => Environment): Environment {
  const there = made.get(key);
  if (there) return there;
  const environment = make();
  made.set(key, environment);
  return environment;
}

/** With the variable `event` of this shape. */
function seeingEvent(environment: Environment, { name, fields, view }: EventShape): Environment {
  const typed = name === 'Event' ? environment : environment.registerType(name, { ctor: view, fields });
  return typed.registerVariable('event', name);
}

function keyOf({ name, fields }: EventShape): string {
  return name === 'Event' ? name : JSON.stringify(fields);
}

/** Sees `event` alone. */
export function whereEnvironment(event: EventShape): Environment {
  return known(`where ${keyOf(event)}`, () => seeingEvent(events.clone(), event));
}

/** Sees one past event under the name `variable`, and nothing else. */
export function filterEnvironment(variable: string): Environment {
  return events.clone().registerVariable(variable, 'Event');
}

/** Sees `event`, `contact` with these attributes, and history. */
export function ifEnvironment(event: EventShape, attributes: AttributeTypes): Environment {
  return seeingContact(`if ${keyOf(event)}`, () => seeingEvent(conditions.clone(), event), attributes);
}

function seeingContact(kind: string, make: () => Environment, attributes: AttributeTypes): Environment {
  const fields = Object.fromEntries(
    Object.entries(attributes)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, type]) => [name, celTypeOf(type)]),
  );
  return known(`${kind} ${JSON.stringify(fields)}`, () =>
    make()
      .registerType('Attributes', { ctor: AttributesView, fields })
      .registerType('Contact', { ctor: ContactView, fields: CONTACT_FIELDS })
      .registerVariable('contact', 'Contact'),
  );
}

/** Sees `contact` with these attributes, and history; there is no event. */
export function segmentEnvironment(attributes: AttributeTypes): Environment {
  return seeingContact('segment', () => conditions.clone(), attributes);
}

function withHistory(environment: Environment): Environment {
  for (const { name, returns, arities, read } of HISTORY_FUNCTIONS) {
    for (const arity of arities) {
      const signature = `${name}(${Array(arity).fill('ast').join(', ')}): ${returns}`;
      environment.registerFunction(
        signature,
        ({ ast, args }: { ast: CelNode & { input: string }; args: CelNode[] }) => {
          const macro: HistoryMacro = {
            args,
            async: false,
            call: null,
            typeCheck(checker, _macro, context) {
              macro.call = read(args, ast.input, ast);
              const [, , variable, filter] = args;
              if (variable && filter) {
                const past = context.forkWithVariable(variable.args as string, checker.getType('Event'));
                const type = checker.check(filter, past);
                if (type.name !== 'bool') {
                  throw new Refusal(
                    `the filter is ${type.name}, not true or false`,
                    'compare it with something',
                    filter.start,
                  );
                }
              }
              return checker.getType(returns);
            },
            evaluate: (_evaluator, _macro, context) => macro.call!.value(historyOf(context)),
          };
          return macro;
        },
      );
    }
  }
  return environment;
}

/** What a condition is run over. The library asks for members by name. */
export interface ConditionScope {
  readonly event: TriggerView;
  readonly contact: ContactView;
  readonly [HISTORY_VARIABLE]: { facts: ContactView['facts']; now: number };
}
