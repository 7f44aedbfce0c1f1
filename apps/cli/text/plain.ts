/** Text of others on somebody's terminal: what came in by a webhook must not move the cursor or set a title. */

// Line ends and tabs stay; other control characters, of both ranges, and the marks that turn the direction of text do not.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

export function plain(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(UNSAFE, '\ufffd');
}

/** On one line. */
export function oneLine(text: string): string {
  return plain(text.replace(/\s+/g, ' ').trim());
}

/** At most `width` characters, the last one an ellipsis where something is left out. */
export function cut(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, width - 1).join('')}…`;
}

/** Broken at spaces so that no line is longer than `width`, save for words that are; lines after the first are indented. */
export function wrapped(text: string, width: number, indent: string): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(last === undefined ? word : indent + word);
  }
  return lines.join('\n');
}
