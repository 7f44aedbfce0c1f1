/** Reads docker-compose.yml as Compose does: anchors merged, variables put in. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type Compose, composeSchema } from './compose-schema.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * `${NAME}`, `${NAME:-default}`, `${NAME:?why}`, and `$$` for a dollar. Throws where one that must be set is not.
 * Source: github.com/compose-spec/compose-spec, 12-interpolation.md.
 */
export function interpolated(text: string, environment: Environment): string {
  return text.replace(/\$(?:(\$)|\{([A-Z0-9_]+)(?:(:[-?])([^}]*))?\})/g, (_, dollar, name, how, rest) => {
    if (dollar !== undefined) return '$';
    const value = environment[name] ?? '';
    if (value !== '') return value;
    if (how === ':?') throw new Error(`docker-compose.yml: ${name} must be set: ${rest}`);
    return how === ':-' ? rest : '';
  });
}

/** Throws with every fault when the file does not fit the schema. */
export function readCompose(path: string, environment: Environment): Compose {
  const raw: unknown = parse(readFileSync(path, 'utf8'), { merge: true });
  return composeSchema.parse(withoutExtensions(inAllTexts(raw, (text) => interpolated(text, environment))));
}

function withoutExtensions(file: unknown): unknown {
  if (typeof file !== 'object' || file === null) return file;
  return Object.fromEntries(Object.entries(file).filter(([name]) => !name.startsWith('x-')));
}

function inAllTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => inAllTexts(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, inAllTexts(item, change)]));
}

/** Names of the services in an order in which each comes after those it depends on; the file's order otherwise. */
export function startOrder({ services }: Compose): readonly string[] {
  const order: string[] = [];
  const visit = (name: string, path: readonly string[]): void => {
    if (path.includes(name)) throw new Error(`docker-compose.yml: ${[...path, name].join(' → ')} go round in a circle`);
    if (order.includes(name)) return;
    for (const other of Object.keys(services[name]?.depends_on ?? {})) visit(other, [...path, name]);
    order.push(name);
  };
  for (const name of Object.keys(services)) visit(name, []);
  return order;
}
