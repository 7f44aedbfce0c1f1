/** Form bodies: application/x-www-form-urlencoded and multipart/form-data behind one reader. */
import { decodeBytes } from './charset.js';
import { bodyText, storableText } from './json.js';
import { readMultipart } from './multipart.js';

/** The fields of a form in body order; a name may repeat. Files of a multipart body are left out. */
export class Form {
  constructor(readonly fields: readonly (readonly [string, string])[]) {}

  /** The first value of a name; null when the form has none. */
  first(name: string): string | null {
    return this.fields.find(([field]) => field === name)?.[1] ?? null;
  }

  /** The last value of a name; null when the form has none. */
  last(name: string): string | null {
    return this.fields.findLast(([field]) => field === name)?.[1] ?? null;
  }

  all(name: string): readonly string[] {
    return this.fields.filter(([field]) => field === name).map(([, value]) => value);
  }

  names(): readonly string[] {
    return [...new Set(this.fields.map(([field]) => field))];
  }
}

/** Reads a form body by its content type; a body without one is taken as urlencoded. Never throws. */
export function readForm(body: Buffer, contentType: string | undefined): Form {
  if (!isMultipart(contentType)) return new Form(urlencodedPairs(bodyText(body)));
  const parts = readMultipart(body, contentType).filter((part) => part.filename === null);
  return new Form(parts.map((part) => [part.name, decodeBytes(part.data, part.charset)]));
}

export function isMultipart(contentType: string | undefined): contentType is string {
  return /^\s*multipart\//i.test(contentType ?? '');
}

export function isUrlencoded(contentType: string | undefined): boolean {
  return /^\s*application\/x-www-form-urlencoded/i.test(contentType ?? '');
}

/** The decoded pairs of an urlencoded text, in its order. */
export function urlencodedPairs(text: string): readonly (readonly [string, string])[] {
  // The leading & keeps URLSearchParams from taking a first ? for the mark of a query.
  return [...new URLSearchParams(`&${text}`)].map(([name, value]) => [storableText(name), storableText(value)]);
}
