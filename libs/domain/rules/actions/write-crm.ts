/** `write_crm: { Lead_Status: Hot, Score: "{{ contact.score }}" }`: fields of the contact's record in the CRM; text may be Liquid. */
import { isScalar } from 'yaml';
import { DAY } from '../duration.js';
import { inlineTemplate, type Template } from '../template/template.js';
import { actionKind } from './action.js';

const EXPIRES_AFTER = 3 * DAY;
const MAX_FIELDS = 50;
const FIELD = /^[A-Za-z][A-Za-z0-9_.-]{0,99}$/;

type Written = string | number | boolean | null;
type Fields = readonly { readonly name: string; readonly value: Written | Template }[];

export const writeCrm = actionKind<Fields>({
  kind: 'write_crm',
  effect: true,
  parse(field, source, { attributes }) {
    const fields = source.fields(field.value, field.at, 'write_crm', null);
    if (!fields) return null;
    if (fields.size === 0 || fields.size > MAX_FIELDS)
      return source.complain(
        field.at,
        `write_crm writes ${fields.size} fields`,
        `write 1 to ${MAX_FIELDS}: FIELD: value`,
      );
    const read: Fields[number][] = [];
    for (const { name, at, value } of fields.values()) {
      if (!FIELD.test(name))
        return source.complain(at, `a field cannot be ${name}`, 'write its name as the CRM has it');
      if (!isScalar(value))
        return source.complain(
          source.at(value, at),
          `${name} is no value`,
          'write text, a number, true, false or null',
        );
      const plain = value.value as Written;
      if (typeof plain !== 'string' || !plain.includes('{{')) {
        read.push({ name, value: plain });
        continue;
      }
      const { line } = source.place(source.at(value, at));
      const parsed = inlineTemplate(source.file, line, { title: '', body: plain }, attributes);
      if ('problems' in parsed) {
        source.problems.push(...parsed.problems);
        return null;
      }
      read.push({ name, value: parsed.template });
    }
    return read;
  },
  target: (fields) =>
    fields
      .map(({ name }) => name)
      .sort()
      .join(' '),
  decide(fields, { by, now, effectId, values }) {
    const data = { by, effectId: effectId(), kind: 'write_crm', notAfter: now + EXPIRES_AFTER } as const;
    const shown = values();
    const written = fields.map(({ name, value }) => [
      name,
      typeof value === 'object' && value !== null ? value.render(shown).body : value,
    ]);
    const title = fields.map(({ name }) => name).join(', ');
    const body = JSON.stringify(Object.fromEntries(written));
    return [{ type: 'effect_requested', v: 1, data, pii: { to: 'crm', title, body } }];
  },
});
