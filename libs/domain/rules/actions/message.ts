/** What is told: `template: NAME`, a file in templates/, or `title:` and `body:` written in the rule. */
import { didYouMean } from '../did-you-mean.js';
import { inlineTemplate, parseTemplate, type Template } from '../template/template.js';
import type { Vocabulary } from '../vocabulary.js';
import type { Field, Source } from '../yaml/source.js';

export const MESSAGE_KEYS = ['template', 'title', 'body'] as const;

export interface Message {
  /** Null for a text written in the rule. */
  readonly templateName: string | null;
  readonly title: string;
  readonly template: Template;
}

/** `field`: of the whole action. Null after a complaint. */
export function readMessage(
  fields: Map<string, Field>,
  field: Field,
  source: Source,
  vocabulary: Vocabulary,
): Message | null {
  const name = fields.get('template');
  const text = name ? fromFile(name, source, vocabulary) : written(fields, field, source, vocabulary);
  if (name && (fields.has('title') || fields.has('body'))) {
    return source.complain(name.at, 'both a template and a text', 'keep template:, or title: and body:');
  }
  return text;
}

/** Templates that it names. */
export function templatesOf({ templateName }: Message): readonly string[] {
  return templateName === null ? [] : [templateName];
}

function fromFile(field: Field, source: Source, { templates, attributes }: Vocabulary): Message | null {
  const name = source.string(field, 'template', 'write the name of a file in templates/, without .md');
  if (name === null) return null;
  if (!Object.hasOwn(templates, name)) {
    const cure = `${didYouMean(name, Object.keys(templates), 'template')} (templates/${name}.md)`;
    return source.complain(source.at(field.value, field.at), `there is no template ${name}`, cure);
  }
  const parsed = parseTemplate(`templates/${name}.md`, templates[name] as string, attributes);
  return taken(parsed, name, '', source);
}

function written(
  fields: Map<string, Field>,
  action: Field,
  source: Source,
  { attributes }: Vocabulary,
): Message | null {
  const titleField = fields.get('title');
  if (!titleField)
    return source.complain(action.at, `${action.name} says nothing`, 'add template: NAME, or title: and body:');
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
): Message | null {
  if ('template' in parsed) return { templateName, title, template: parsed.template };
  source.problems.push(...parsed.problems);
  return null;
}
