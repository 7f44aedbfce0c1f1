/** A setting is declared once: name, default, what it is for, and how its text is read. */

export interface Setting<T> {
  readonly name: string;
  readonly description: string;
  readonly fallback: T;
  /** Returns the value, or throws an Error whose message says what is wrong and what would be right. */
  read(text: string): T;
}

/** A value that was refused at start: names the setting and the reason. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

export function text(
  name: string,
  description: string,
  fallback: string,
  check?: (value: string) => void,
): Setting<string> {
  return { name, description, fallback, read: (value) => checked(value, check) };
}

/** Text that may be left out: null then. */
export function optional(name: string, description: string, check?: (value: string) => void): Setting<string | null> {
  return { name, description, fallback: null, read: (value) => checked(value, check) };
}

function checked(value: string, check?: (value: string) => void): string {
  check?.(value);
  return value;
}

export function integer(
  name: string,
  description: string,
  fallback: number,
  range: { min: number; max: number },
): Setting<number> {
  return {
    name,
    description,
    fallback,
    read: (value) => {
      const number = Number(value);
      if (!Number.isInteger(number) || number < range.min || number > range.max)
        throw new Error(`"${value}" is not a whole number from ${range.min} to ${range.max}`);
      return number;
    },
  };
}

export function flag(name: string, description: string, fallback: boolean): Setting<boolean> {
  return {
    name,
    description,
    fallback,
    read: (value) => {
      if (/^(1|true|yes|on)$/i.test(value)) return true;
      if (/^(0|false|no|off)$/i.test(value)) return false;
      throw new Error(`"${value}" is neither true nor false`);
    },
  };
}

export function choice<T extends string>(
  name: string,
  description: string,
  fallback: T,
  values: readonly T[],
): Setting<T> {
  return {
    name,
    description,
    fallback,
    read: (value) => {
      if (!(values as readonly string[]).includes(value)) throw new Error(`"${value}" is none of ${values.join(', ')}`);
      return value as T;
    },
  };
}

/** Comma-separated list; empty by default. */
export function list(
  name: string,
  description: string,
  check?: (items: readonly string[]) => void,
): Setting<readonly string[]> {
  return {
    name,
    description,
    fallback: [],
    read: (value) => {
      const items = value
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
      check?.(items);
      return items;
    },
  };
}

/** Reads one setting from an environment. An empty text counts as not set. Throws ConfigurationError. */
export function readSetting<T>(setting: Setting<T>, environment: Readonly<Record<string, string | undefined>>): T {
  const value = environment[setting.name]?.trim();
  if (value === undefined || value === '') return setting.fallback;
  try {
    return setting.read(value);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigurationError(`${setting.name}: ${why}. It sets: ${setting.description}`);
  }
}
