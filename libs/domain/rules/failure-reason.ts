/** Why a rule failed, for people who may not see contacts: an error's text may quote a value of one, so only known words are let through. */

/** Said where the text is none that is known. */
export const UNKNOWN_REASON = 'an error that may quote a contact: the timelines of the contacts tell it';

const TYPES = String.raw`[a-z][\w.<>, ]*`;
/** Texts that can only be made of the language's own words: types, operators, numbers of limits. */
const OWN_WORDS = [
  /^(?:division|modulo) by zero$/,
  /^Optional value is not present$/,
  /^u?int\(\) type error: (?:integer overflow|unsigned integer overflow|cannot convert to u?int)$/,
  new RegExp(`^no such overload: [-!]?${TYPES}(?: (?:[<>=!]=|[-+*/%<>]|in) ${TYPES})?$`),
  new RegExp(`^(?:Logical operator requires bool operands|Ternary condition must be bool), got '${TYPES}'$`),
  /^a contact has at most \d+ (?:attributes|tags)$/,
  /^a contact is in at most \d+ sequences$/,
  /^the contact has no time zone$/,
];
/** Texts of which the rest is a value. */
const BEGINNINGS = [/^integer overflow(?=:)/, /^there is no time zone(?= )/];
/** Texts that name something, which the rule names as well or which is left out. */
const MISSING_KEY = /^No such key: (.+)$/;
const NO_NUMBER = /^([\w.]+) is .+: -?[\d.]+ cannot be added to it$/s;

/** `error`: as `rule_failed` holds it. `yaml`: of the version that failed. */
export function failureReason(error: string, yaml: string): string {
  if (OWN_WORDS.some((known) => known.test(error))) return error;
  for (const beginning of BEGINNINGS) {
    const said = beginning.exec(error)?.[0];
    if (said !== undefined) return said;
  }
  const missing = MISSING_KEY.exec(error)?.[1];
  const named = new Set(yaml.split(/[^\w-]+/));
  if (missing !== undefined) return named.has(missing) ? `No such key: ${missing}` : 'No such key';
  const attribute = NO_NUMBER.exec(error)?.[1];
  if (attribute !== undefined)
    return `${named.has(attribute) ? attribute : 'an attribute'} is no number: nothing can be added to it`;
  return UNKNOWN_REASON;
}
