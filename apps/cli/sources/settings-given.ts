/** `--set name=value` → settings of a source, as the API takes them. */
import { UsageError } from '../failure.js';

const TEXTS = [
  'keyFormat',
  'signedUrl',
  'algorithm',
  'header',
  'encoding',
  'prefix',
  'signedContent',
  'timestampHeader',
  'form',
  'expectedTopicArn',
  'idHeader',
] as const;

/** Names that `--set` knows; fields of a generic sender's payload are `fields.NAME`. */
export const SETTING_NAMES: readonly string[] = [...TEXTS, 'toleranceSeconds', 'fields.NAME'];

/** Undefined where none were given. Throws UsageError on a name that there is not. */
export function settingsGiven(
  assignments: readonly string[] | undefined,
): Readonly<Record<string, unknown>> | undefined {
  if (assignments === undefined) return undefined;
  const settings: Record<string, unknown> = {};
  const fields: Record<string, string> = {};
  for (const assignment of assignments) {
    const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(assignment) ?? [];
    const field = /^fields\.(.+)$/.exec(name)?.[1];
    if (field !== undefined) fields[field] = value;
    else if (name === 'toleranceSeconds') settings[name] = Number(value);
    else if ((TEXTS as readonly string[]).includes(name)) settings[name] = value;
    else throw new UsageError(`--set ${assignment}: expected NAME=VALUE with NAME one of ${SETTING_NAMES.join(', ')}.`);
  }
  return Object.keys(fields).length === 0 ? settings : { ...settings, fields };
}
