/**
 * Liquid, cut down to what is pure and bounded: no clock, chance or files, no loops. Values are put in as they are: whoever shows the
 * text escapes it.
 */
import { Liquid } from 'liquidjs';

const FILTERS = [
  'abs',
  'append',
  'at_least',
  'at_most',
  'capitalize',
  'ceil',
  'default',
  'divided_by',
  'downcase',
  'first',
  'floor',
  'join',
  'last',
  'lstrip',
  'minus',
  'modulo',
  'plus',
  'prepend',
  'remove',
  'remove_first',
  'replace',
  'replace_first',
  'round',
  'rstrip',
  'size',
  'slice',
  'squish',
  'strip',
  'strip_html',
  'strip_newlines',
  'times',
  'truncate',
  'truncatewords',
  'upcase',
  'url_decode',
  'url_encode',
];
const TAGS = ['assign', 'capture', 'case', 'comment', 'if', 'raw', 'unless', '#'];

const MAX_TEMPLATE = 20_000;
/** Characters that rendering may handle in all. */
const MAX_MEMORY = 200_000;

export const liquid = new Liquid({
  ownPropertyOnly: true,
  strictFilters: true,
  cache: false,
  parseLimit: MAX_TEMPLATE,
  memoryLimit: MAX_MEMORY,
});
for (const name of Object.keys(liquid.filters)) if (!FILTERS.includes(name)) delete liquid.filters[name];
for (const name of Object.keys(liquid.tags)) if (!TAGS.includes(name)) delete liquid.tags[name];

export const KNOWN_FILTERS: readonly string[] = FILTERS;
export const KNOWN_TAGS: readonly string[] = TAGS;
