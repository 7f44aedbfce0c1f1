/** An empty page says what to do next. */
import { type Html, html, type Part } from '../html.js';
import { type IconName, icon } from './icons.js';

export interface Empty {
  readonly icon: IconName;
  readonly title: string;
  readonly text: Part;
  /** A command that works when pasted. */
  readonly command?: string;
}

export function empty({ icon: drawn, title, text, command }: Empty): Html {
  return html`<div class="empty">${icon(drawn)}<h2>${title}</h2><p>${text}</p>${
    command === undefined
      ? null
      : html`<pre><code>${command}</code></pre><button class="small" type="button" data-copy="${command}">Copy</button>`
  }</div>`;
}
