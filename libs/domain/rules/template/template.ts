/** Templates of what is told to people: the first line is the title, the rest the body; both Liquid over contact, event and rule. */
import { LiquidError, type Template as Parsed } from 'liquidjs';
import type { AttributeTypes } from '../attributes/type.js';
import { CHANGE_FIELDS } from '../condition/change-view.js';
import { CONTACT_FIELDS } from '../condition/contact-view.js';
import { EVENT_FIELDS } from '../condition/event-view.js';
import { didYouMean } from '../did-you-mean.js';
import type { RuleProblem } from '../problem.js';
import { KNOWN_FILTERS, KNOWN_TAGS, liquid } from './engine.js';
import type { TemplateValues } from './values.js';

const MAX_TITLE = 200;
const MAX_BODY = 10_000;

export interface Rendered {
  readonly title: string;
  readonly body: string;
}

export interface Template {
  /** Throws when rendering would handle too much. */
  render(values: TemplateValues): Rendered;
}

/** Reads templates/NAME.md. */
export function parseTemplate(
  file: string,
  text: string,
  attributes: AttributeTypes,
): { template: Template } | { problems: RuleProblem[] } {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const first = lines.findIndex((line) => line.trim() !== '');
  if (first < 0) {
    const problem = {
      file,
      line: 1,
      column: 1,
      problem: 'the template is empty',
      cure: 'write a title on its first line',
    };
    return { problems: [problem] };
  }
  const heading = lines[first] as string;
  const title = compile(file, heading.replace(/^#+\s*/, ''), attributes, first);
  const body = compile(
    file,
    lines
      .slice(first + 1)
      .join('\n')
      .trimEnd(),
    attributes,
    first + 1,
  );
  return together(title, body);
}

/** A title and a body written in the rule itself, at a line of its file. */
export function inlineTemplate(
  file: string,
  line: number,
  text: { readonly title: string; readonly body: string },
  attributes: AttributeTypes,
): { template: Template } | { problems: RuleProblem[] } {
  return together(compile(file, text.title, attributes, line - 1), compile(file, text.body, attributes, line - 1));
}

type Compiled = { readonly parsed: Parsed[] } | { readonly problems: RuleProblem[] };

function together(title: Compiled, body: Compiled): { template: Template } | { problems: RuleProblem[] } {
  if ('problems' in title || 'problems' in body) {
    return { problems: [title, body].flatMap((one) => ('problems' in one ? one.problems : [])) };
  }
  const show = (parsed: Parsed[], values: TemplateValues): string => String(liquid.renderSync(parsed, values));
  return {
    template: {
      render: (values) => ({
        title: show(title.parsed, values).replace(/\s+/g, ' ').trim().slice(0, MAX_TITLE),
        body: show(body.parsed, values).trim().slice(0, MAX_BODY),
      }),
    },
  };
}

function compile(file: string, text: string, attributes: AttributeTypes, linesBefore: number): Compiled {
  const complain = (line: number, column: number, problem: string, cure: string) => ({
    problems: [{ file, line: linesBefore + line, column, problem, cure }],
  });
  try {
    const parsed = liquid.parse(text);
    for (const uses of Object.values(liquid.analyzeSync(parsed, { partials: false }).globals)) {
      for (const { segments, location } of uses) {
        const cure = unknownName(segments, attributes);
        if (cure) return complain(location.row, location.col, `nothing is called ${segments.join('.')}`, cure);
      }
    }
    return { parsed };
  } catch (error) {
    if (!LiquidError.is(error)) throw error;
    const [line = 1, column = 1] = error.token.getPosition();
    const summary = error.message.replace(/, line:\d+, col:\d+$/, '');
    return complain(line, column, summary, cureOf(summary));
  }
}

function cureOf(summary: string): string {
  const [, tag] = /^tag "(.+)" not found/.exec(summary) ?? [];
  if (tag !== undefined) return didYouMean(tag, KNOWN_TAGS, 'tag');
  const [, filter] = /^undefined filter: (.+)/.exec(summary) ?? [];
  if (filter !== undefined) return didYouMean(filter, KNOWN_FILTERS, 'filter');
  return 'check the braces, quotes and tags of this line';
}

/** The cure where the name is unknown; null where it is known. */
function unknownName(segments: readonly unknown[], attributes: AttributeTypes): string | null {
  const [root, field, more] = segments.map((one) => (typeof one === 'string' ? one : ''));
  const roots: { readonly [name: string]: readonly string[] } = {
    contact: Object.keys(CONTACT_FIELDS),
    event: [...new Set([...Object.keys(EVENT_FIELDS), ...CHANGE_FIELDS])],
    rule: ['name', 'description'],
  };
  if (root === undefined || !Object.hasOwn(roots, root)) return didYouMean(root ?? '', Object.keys(roots), 'value');
  const fields = roots[root] as readonly string[];
  if (field === undefined || field === '') return `write ${root}.FIELD: ${fields.join(', ')}`;
  if (!fields.includes(field)) return didYouMean(field, fields, 'field');
  if (root !== 'contact' || field !== 'attributes' || more === undefined || Object.hasOwn(attributes, more))
    return null;
  return didYouMean(more, Object.keys(attributes), 'attribute');
}
