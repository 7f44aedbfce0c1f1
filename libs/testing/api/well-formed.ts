/** Whether a page's markup is well formed: every element closed in order, every attribute quoted, no id twice. */
const VOID = new Set([
  'area',
  'base',
  'br',
  'col',
  'embed',
  'hr',
  'img',
  'input',
  'link',
  'meta',
  'source',
  'track',
  'wbr',
]);
const TAG = /<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+(?:="[^"<]*")?)*)\s*(\/?)>/y;

/** What is wrong, in words; empty when nothing is. */
export function problemsOfHtml(page: string): readonly string[] {
  const text = page.replace(/^<!doctype html>/, '');
  const problems: string[] = [];
  const open: string[] = [];
  const ids = new Set<string>();
  for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', at + 1)) {
    TAG.lastIndex = at;
    const tag = TAG.exec(text);
    if (tag === null) {
      problems.push(`not a tag: ${text.slice(at, at + 60)}`);
      continue;
    }
    const [, closing, name = '', attributes = '', selfClosed] = tag;
    const id = /\sid="([^"]*)"/.exec(attributes)?.[1];
    if (id !== undefined && ids.has(id)) problems.push(`two elements have the id ${id}`);
    if (id !== undefined) ids.add(id);
    if (closing === '/') {
      const last = open.pop();
      if (last !== name) problems.push(`</${name}> closes <${last}>`);
    } else if (selfClosed !== '/' && !VOID.has(name)) open.push(name);
  }
  if (open.length > 0) problems.push(`never closed: ${open.join(', ')}`);
  return problems;
}
