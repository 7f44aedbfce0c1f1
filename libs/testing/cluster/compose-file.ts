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

/** Names of the services in waves: each comes after all that it depends on; the file's order within a wave. */
export function startWaves({ services }: Compose): readonly (readonly string[])[] {
  const waves: string[][] = [];
  const started = new Set<string>();
  const isDue = (name: string): boolean =>
    !started.has(name) && Object.keys(services[name]?.depends_on ?? {}).every((other) => started.has(other));
  while (started.size < Object.keys(services).length) {
    const wave = Object.keys(services).filter(isDue);
    if (wave.length === 0) throw new Error('docker-compose.yml: services depend on each other in a circle');
    for (const name of wave) started.add(name);
    waves.push(wave);
  }
  return waves;
}
