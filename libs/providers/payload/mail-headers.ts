/** Header fields of a mail or of a MIME part (RFC 5322, sections 2.2 and 2.2.3). */
import { decodeWords } from './encoded-words.js';
import { storableText } from './json.js';

export class MailHeaders {
  constructor(readonly fields: readonly (readonly [string, string])[]) {}

  /** The first field of a name, unfolded and decoded; null when there is none. Names have no case. */
  first(name: string): string | null {
    const wanted = name.toLowerCase();
    const field = this.fields.find(([own]) => own.toLowerCase() === wanted);
    return field === undefined ? null : field[1];
  }

  /** As `first`, with its encoded words decoded. */
  text(name: string): string | null {
    const value = this.first(name);
    return value === null ? null : storableText(decodeWords(value));
  }
}

/** Reads header lines up to the first empty line; lines without a colon are left out. */
export function readMailHeaders(source: string): MailHeaders {
  const start = source.replace(/^[\r\n]+/, '');
  const end = /\r?\n\r?\n/.exec(start)?.index ?? start.length;
  const unfolded = start.slice(0, end).replace(/\r?\n[ \t]+/g, ' ');
  const fields = unfolded.split(/\r?\n/).flatMap((line): [string, string][] => {
    const colon = line.indexOf(':');
    return colon < 1 ? [] : [[line.slice(0, colon).trim(), line.slice(colon + 1).trim()]];
  });
  return new MailHeaders(fields);
}

/** Header fields given as pairs (Mailgun's and SparkPost's JSON) rather than as text. */
export const mailHeadersOf = (pairs: readonly (readonly [string, string])[]): MailHeaders => new MailHeaders(pairs);
