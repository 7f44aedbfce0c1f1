/** `=?charset?B|Q?…?=` in mail headers → text (RFC 2047). */
import { decodeBytes } from './charset.js';

const WORD = /=\?([^?\s*]+)(?:\*[^?\s]*)?\?([bq])\?([^?\s]*)\?=/gi;

/** Decodes every encoded word; spaces between two of them are dropped. Text without any comes back as it is. */
export function decodeWords(header: string): string {
  if (!header.includes('=?')) return header;
  return header
    .replace(/(\?=)\s+(?==\?)/g, '$1')
    .replace(WORD, (_word, charset: string, form: string, content: string) =>
      decodeBytes(form.toLowerCase() === 'b' ? Buffer.from(content, 'base64') : fromQ(content), charset),
    );
}

function fromQ(content: string): Buffer {
  const binary = content
    .replaceAll('_', ' ')
    .replace(/=([0-9a-f]{2})/gi, (_escape, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(binary, 'latin1');
}
