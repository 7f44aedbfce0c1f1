import { parseTemplate } from './template.js';
import type { TemplateValues } from './values.js';

const values: TemplateValues = {
  contact: { email: 'ada@example.com', score: 60, tags: ['a', 'b'], attributes: { name: 'Ada' } },
  event: { url: 'https://example.com/pricing' },
  rule: { name: 'hot-lead', description: '' },
};

function rendered(text: string) {
  const parsed = parseTemplate('templates/x.md', text, { name: 'string' });
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.template.render(values);
}

function problem(text: string) {
  const parsed = parseTemplate('templates/x.md', text, { name: 'string' });
  if (!('problems' in parsed)) throw new Error('accepted');
  return parsed.problems[0];
}

describe('a template', () => {
  it('has its title on the first line', () => {
    expect(
      rendered(
        '\n# Hot: {{ contact.attributes.name | default: contact.email }}\n\nSee {{ event.url }}.\nTags: {{ contact.tags | join: ", " }}\n',
      ),
    ).toEqual({
      title: 'Hot: Ada',
      body: 'See https://example.com/pricing.\nTags: a, b',
    });
  });

  it.each([
    ['{{ contact.emial }}', 1, 'did you mean email?'],
    ['x\n\ny {{ contakt.email }}', 3, 'did you mean contact?'],
    ['{{ contact.attributes.nam }}', 1, 'did you mean name?'],
    ['x\n\n{{ contact.email | upcas }}', 3, 'did you mean upcase?'],
    ['{{ "now" | date: "%Y" }}', 1, 'use one of'],
    ['x {% for t in contact.tags %}{% endfor %}', 1, 'use one of'],
    ['x {% include "y" %}', 1, 'use one of'],
    ['x {% if contact.email %}', 1, 'check'],
    ['  \n', 1, 'title on its first line'],
  ])('refuses %j', (text, line, cure) => {
    const found = problem(text);
    expect(found).toMatchObject({ file: 'templates/x.md', line });
    expect(found?.cure).toContain(cure);
  });

  it('cannot grow without bound', () => {
    const doubling = '{% assign x = "aaaaaaaaaa" %}' + '{% assign x = x | append: x %}'.repeat(40);
    expect(() => rendered(`${doubling}{{ x }}`)).toThrow('memory');
  });
});
