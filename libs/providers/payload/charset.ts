/** Bytes → text in a named character set (the WHATWG labels, and the names mail uses besides). */
import { TextDecoder } from 'node:util';
import { decodeCodePage } from './code-pages.js';
import { storableText } from './json.js';

const ALIASES: Readonly<Record<string, string>> = {
  'iso-8859-8-i': 'iso-8859-8',
  cp1252: 'windows-1252',
  utf8mb4: 'utf-8',
  '646': 'us-ascii',
};

/** Never throws: an unknown name is read as UTF-8, broken bytes become U+FFFD. */
export function decodeBytes(bytes: Buffer, charset?: string | null): string {
  const label = (charset ?? 'utf-8')
    .trim()
    .replace(/^["']|["']$/g, '')
    .toLowerCase();
  return storableText(decodeCodePage(bytes, label) ?? decoder(ALIASES[label] ?? label).decode(bytes));
}

function decoder(label: string): TextDecoder {
  try {
    return new TextDecoder(label);
  } catch {
    return new TextDecoder('utf-8');
  }
}
