/** Reads typed values from a strict document and complains at their place in the file. */
import { isMap, isScalar, isSeq, type Node, type Pair, type ParsedNode } from 'yaml';
import { didYouMean } from '../did-you-mean.js';
import { DURATION_CURE, parseDuration } from '../duration.js';
import type { RuleProblem } from '../problem.js';
import { offsetsOf } from './offsets.js';
import type { StrictYaml } from './strict.js';

export type YamlNode = ParsedNode | null;

export interface Field {
  readonly name: string;
  /** Offset of the key. */
  readonly at: number;
  readonly value: YamlNode;
}

/** Text with the place of each of its characters. */
export interface PlacedText {
  readonly text: string;
  offset(index: number): number;
}

/** A duration as written and in milliseconds. */
export interface WrittenDuration {
  readonly text: string;
  readonly ms: number;
}

export class Source {
  readonly problems: RuleProblem[] = [];

  constructor(
    readonly file: string,
    readonly text: string,
    private readonly yaml: StrictYaml,
  ) {}

  get root(): YamlNode {
    return this.yaml.document.contents as YamlNode;
  }

  complain(offset: number, problem: string, cure: string): null {
    this.problems.push({ file: this.file, ...this.yaml.place(offset), problem, cure });
    return null;
  }

  place(offset: number): { readonly line: number; readonly column: number } {
    return this.yaml.place(offset);
  }

  at(node: Node | null, otherwise = 0): number {
    return node?.range?.[0] ?? otherwise;
  }

  /** The entries of a map, or null after a complaint. Keys that are not `known` are complained of. */
  fields(node: YamlNode, at: number, what: string, known: readonly string[] | null): Map<string, Field> | null {
    if (!isMap(node)) return this.complain(this.at(node, at), `${what} is no map`, `write ${what} as KEY: VALUE lines`);
    const fields = new Map<string, Field>();
    for (const pair of node.items as Pair<Node, ParsedNode | null>[]) {
      const name = isScalar(pair.key) ? String(pair.key.value) : '';
      const offset = this.at(pair.key, at);
      if (known && !known.includes(name)) {
        this.complain(offset, `${what} knows no ${name}`, didYouMean(name, known, 'key'));
      } else {
        fields.set(name, { name, at: offset, value: pair.value });
      }
    }
    return fields;
  }

  /** The items of a list with at least one. */
  items(field: Field, what: string): readonly YamlNode[] | null {
    if (isSeq(field.value) && field.value.items.length > 0) return field.value.items as YamlNode[];
    return this.complain(
      this.at(field.value, field.at),
      `${what} is no list of at least one`,
      'write each on a line that starts with -',
    );
  }

  /** Non-empty text; a number or a truth value is refused. */
  string(field: Field, what: string, cure: string): string | null {
    const { value } = field;
    if (!isScalar(value)) return this.complain(this.at(value, field.at), `${what} is no text`, cure);
    if (typeof value.value === 'string' && value.value.trim() !== '') return value.value;
    const empty = value.value === null || value.value === '';
    const quoted = `put it in quotes: "${String(value.source)}"`;
    return this.complain(
      this.at(value, field.at),
      empty ? `${what} is empty` : `${what} is no text`,
      empty || value.source === undefined ? cure : quoted,
    );
  }

  /** Text that matches `pattern`. */
  name(field: Field, what: string, pattern: RegExp, cure: string): string | null {
    const text = this.string(field, what, cure);
    if (text === null || pattern.test(text)) return text;
    return this.complain(this.at(field.value, field.at), `${what} cannot be ${JSON.stringify(text)}`, cure);
  }

  placed(field: Field, what: string, cure: string): PlacedText | null {
    const text = this.string(field, what, cure);
    const range = field.value?.range;
    if (text === null || !range) return null;
    return { text, offset: offsetsOf(this.text, range[0], range[1], text) };
  }

  integer(field: Field, what: string, least: number, most: number): number | null {
    const value = isScalar(field.value) ? field.value.value : null;
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
    return this.complain(
      this.at(field.value, field.at),
      `${what} is no whole number from ${least} to ${most}`,
      `write a number such as ${Math.max(least, Math.min(most, 10))}`,
    );
  }

  duration(field: Field, what: string): WrittenDuration | null {
    const text = this.string(field, what, DURATION_CURE);
    if (text === null) return null;
    const ms = parseDuration(text);
    if (ms !== null) return { text, ms };
    return this.complain(this.at(field.value, field.at), `${what} cannot be ${text}`, DURATION_CURE);
  }
}
