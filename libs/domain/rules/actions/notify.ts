/** `notify: { to: owner, template: NAME }` or `{ to, title, body }`: tells a person, a team or an address. */
import { normaliseEmail } from '#contracts/ids.js';
import { didYouMean } from '../did-you-mean.js';
import { DAY } from '../duration.js';
import { inlineTemplate, parseTemplate, type Template } from '../template/template.js';
import type { Vocabulary } from '../vocabulary.js';
import type { Field, Source } from '../yaml/source.js';
import { actionKind } from './action.js';

/** Past it the notice is stale and is not delivered. */
const EXPIRES_AFTER = DAY;

interface Notice {
  readonly to: string;
  /** Null for a text written in the rule. */
  readonly templateName: string | null;
  readonly title: string;
  readonly template: Template;
}

export const notify = actionKind<Notice>({
  kind: 'notify',
  effect: true,
  parse(field, source, vocabulary) {
    const fields = source.fields(field.value, field.at, 'notify', ['to', 'template', 'title', 'body']);
    if (!fields) return null;
    const to = fields.get('to');
    const recipient = to
      ? recipientOf(to, source, vocabulary)
      : source.complain(field.at, 'notify tells nobody', 'add to: owner');
    const name = fields.get('template');
    const text = name ? fromFile(name, source, vocabulary) : written(fields, field, source, vocabulary);
    if (name && (fields.has('title') || fields.has('body'))) {
      return source.complain(name.at, 'both a template and a text', 'keep template:, or title: and body:');
    }
    return recipient === null || text === null ? null : { to: recipient, ...text };
  },
  target: ({ to, templateName, title }) => `${to} ${templateName ?? title}`,
  templates: ({ templateName }) => (templateName === null ? [] : [templateName]),
  decide({ to, template }, { by, now, effectId, values }) {
    const { title, body } = template.render(values());
    const data = { by, effectId: effectId(), kind: 'notify', notAfter: now + EXPIRES_AFTER } as const;
    return [{ type: 'effect_requested', v: 1, data, pii: { to, title, body } }];
  },
});

function recipientOf(field: Field, source: Source, { teams }: Vocabulary): string | null {
  const cure = 'write owner, team:NAME or an e-mail address';
  const to = source.string(field, 'to', cure);
  if (to === null || to === 'owner') return to;
  const at = source.at(field.value, field.at);
  const team = /^team:([a-z0-9_-]{1,64})$/i.exec(to)?.[1];
  if (team !== undefined) {
    if (teams === null || teams.includes(team)) return to;
    return source.complain(at, `there is no team ${team}`, `${didYouMean(team, teams, 'team')} (teams.yaml)`);
  }
  const address = normaliseEmail(to);
  return address ?? source.complain(at, `nobody is called ${to}`, cure);
}

type Text = Omit<Notice, 'to'>;

function fromFile(field: Field, source: Source, { templates, attributes }: Vocabulary): Text | null {
  const name = source.string(field, 'template', 'write the name of a file in templates/, without .md');
  if (name === null) return null;
  if (!Object.hasOwn(templates, name)) {
    const cure = `${didYouMean(name, Object.keys(templates), 'template')} (templates/${name}.md)`;
    return source.complain(source.at(field.value, field.at), `there is no template ${name}`, cure);
  }
  const parsed = parseTemplate(`templates/${name}.md`, templates[name] as string, attributes);
  return taken(parsed, name, '', source);
}

function written(fields: Map<string, Field>, notify: Field, source: Source, { attributes }: Vocabulary): Text | null {
  const titleField = fields.get('title');
  if (!titleField) return source.complain(notify.at, 'notify says nothing', 'add template: NAME, or title: and body:');
  const title = source.string(titleField, 'title', 'write what has happened');
  const bodyField = fields.get('body');
  const body = bodyField ? source.string(bodyField, 'body', 'write the text, or remove body:') : '';
  if (title === null || body === null) return null;
  const { line } = source.place(source.at(titleField.value, titleField.at));
  return taken(inlineTemplate(source.file, line, { title, body }, attributes), null, title, source);
}

function taken(
  parsed: ReturnType<typeof parseTemplate>,
  templateName: string | null,
  title: string,
  source: Source,
): Text | null {
  if ('template' in parsed) return { templateName, title, template: parsed.template };
  source.problems.push(...parsed.problems);
  return null;
}
