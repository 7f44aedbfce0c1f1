/**
 * YAML 1.2, core schema, one document, plain data only. Tags, anchors, aliases, merge keys, directives and duplicate keys are refused:
 * each of them silently reads something else than what was written (`if: !contact.suppressed && …` is a tag that drops the guard).
 */
import { Composer, type CST, type Document, isScalar, LineCounter, Parser, visit } from 'yaml';
import type { RuleProblem } from '../problem.js';

const MAX_CHARACTERS = 64 * 1024;
const MAX_DEPTH = 20;

type Complain = (offset: number, problem: string, cure: string) => void;

export interface StrictYaml {
  readonly document: Document.Parsed;
  /** Line and column, from 1, of an offset into the text. */
  place(offset: number): { readonly line: number; readonly column: number };
}

/** Reads one document. Problems are in the order of the text; the first of a line is its cause. */
export function readStrict(file: string, text: string): { yaml: StrictYaml } | { problems: RuleProblem[] } {
  const lines = new LineCounter();
  const problems: RuleProblem[] = [];
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const complain: Complain = (offset, problem, cure) => {
    const at = place(offset);
    if (!problems.some((known) => known.line === at.line)) problems.push({ file, ...at, problem, cure });
  };

  if (text.length > MAX_CHARACTERS) {
    complain(0, `the file has ${text.length} characters`, `split it: at most ${MAX_CHARACTERS} are read`);
    return { problems };
  }
  if (nesting(text) > MAX_DEPTH) {
    complain(0, 'brackets are nested too deep', `nest at most ${MAX_DEPTH} deep`);
    return { problems };
  }

  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  for (const token of tokens) refuseTokens(token, text, complain, 0);
  if (problems.length > 0) return { problems };

  const documents = [
    ...new Composer({
      version: '1.2',
      schema: 'core',
      uniqueKeys: true,
      merge: false,
      strict: true,
      stringKeys: true,
    }).compose(tokens),
  ] as Document.Parsed[];
  const [document, second] = documents;
  if (!document || document.contents === null) {
    complain(0, 'the file is empty', 'write a rule, or remove the file');
    return { problems };
  }
  if (second) complain(second.range[0], 'a second document', 'write one rule a file and remove the line ---');
  for (const { code, message, pos } of [...document.errors, ...document.warnings]) {
    complain(pos[0], yamlProblem(code, message), yamlCure(code));
  }
  refuseMergeKeys(document, complain);
  return problems.length > 0 ? { problems } : { yaml: { document, place } };
}

/** Deepest nesting of brackets: the parser recurses on them. */
function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const character of text) {
    if (character === '[' || character === '{') deepest = Math.max(deepest, ++depth);
    else if (character === ']' || character === '}') depth = Math.max(0, depth - 1);
  }
  return deepest;
}

function refuseTokens(token: CST.Token | CST.SourceToken, text: string, complain: Complain, depth: number): void {
  if (depth > MAX_DEPTH * 2) {
    complain(token.offset, 'nested too deep', `nest at most ${MAX_DEPTH} deep`);
    return;
  }
  if (token.type === 'tag') refuseTag(token, text, complain);
  else if (token.type === 'anchor' || token.type === 'alias') refuseAnchor(token, complain);
  else if (token.type === 'directive') {
    complain(token.offset, `a directive (${token.source})`, 'remove the line: files are YAML 1.2');
  }
  const parts = token as unknown as Record<string, unknown>;
  for (const name of ['start', 'key', 'sep', 'value', 'props', 'items', 'end']) {
    for (const part of [parts[name]].flat()) {
      if (typeof part === 'object' && part !== null) refuseTokens(part as CST.Token, text, complain, depth + 1);
    }
  }
}

function refuseTag({ offset, source }: CST.SourceToken, text: string, complain: Complain): void {
  const written = text.slice(offset).split('\n', 1)[0]?.trim() ?? source;
  complain(
    offset,
    `${source} is a YAML tag here, not text: it would be dropped without a word`,
    `put the text in quotes: '${written.replaceAll("'", "''")}', or after |- on a line of its own`,
  );
}

function refuseAnchor({ type, offset, source }: CST.Token & { source: string }, complain: Complain): void {
  complain(
    offset,
    `${source} is a YAML ${type === 'alias' ? 'alias' : 'anchor'} here, not text`,
    'put the text in quotes, or write the value out where it is used',
  );
}

function refuseMergeKeys(document: Document.Parsed, complain: Complain): void {
  visit(document, {
    Pair(_, pair) {
      if (isScalar(pair.key) && pair.key.value === '<<') {
        complain(pair.key.range?.[0] ?? 0, 'a merge key (<<)', 'write the merged keys out');
      }
    },
  });
}

function yamlProblem(code: string, message: string): string {
  const [first = message] = message.split('\n');
  return code === 'DUPLICATE_KEY' ? 'this key is written twice' : `no YAML: ${first}`;
}

function yamlCure(code: string): string {
  switch (code) {
    case 'DUPLICATE_KEY':
      return 'keep one of them';
    case 'TAB_AS_INDENT':
      return 'indent with spaces';
    case 'NON_STRING_KEY':
      return 'use plain text as the key';
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
      return 'put the value in quotes: it holds a colon';
    default:
      return 'check quotes, colons, brackets and indentation of this line';
  }
}
