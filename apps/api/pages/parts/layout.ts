/** The frame of every page. */
import { allows, type Scope } from '#platform/auth/api-key.js';
import { SCRIPT, STYLE } from '../assets/assets.js';
import { type Html, html, type Part } from '../html.js';
import type { Visitor } from '../session.js';
import { type IconName, icon, mark } from './icons.js';

interface Place {
  readonly path: string;
  readonly name: string;
  readonly icon: IconName;
  readonly scope: Scope;
  /** Pressed after g. */
  readonly key: string;
}

const PLACES: readonly Place[] = [
  { path: '/', name: 'Live', icon: 'live', scope: 'read:contacts', key: 'l' },
  { path: '/pages/contacts', name: 'Contacts', icon: 'contacts', scope: 'read:contacts', key: 'c' },
  { path: '/pages/inbox', name: 'Inbox', icon: 'inbox', scope: 'read:notifications', key: 'i' },
  { path: '/pages/rules', name: 'Rules', icon: 'rules', scope: 'read:rules', key: 'r' },
  { path: '/pages/sources', name: 'Sources', icon: 'sources', scope: 'read:sources', key: 's' },
  { path: '/pages/health', name: 'Health', icon: 'health', scope: 'read:operations', key: 'h' },
];

export interface PageFrame {
  readonly visitor: Visitor;
  /** Path of the place in the navigation that this page belongs to. */
  readonly at: string;
  readonly title: string;
  /** The body has a heading of its own: this leads back instead. */
  readonly back?: { readonly path: string; readonly name: string };
  /** Beside the title: what stands there at a glance, or what can be done. */
  readonly aside?: Part;
  readonly body: Part;
  /** The body is fetched anew this often. */
  readonly liveMs?: number;
}

/** A whole page, or only its living part for a script that asked for that. */
export function page(frame: PageFrame, fragment = false): Html {
  if (fragment) return html`${frame.body}`;
  const { visitor, at, title, back, aside, body, liveMs } = frame;
  return html`${head(title)}
<body>
<a class="skip" href="#main">Skip to content</a>
<div class="shell">
<header class="side">
  <a class="brand" href="/">${mark()}<span>Afterclick</span></a>
  <nav aria-label="Pages"><ul>${PLACES.filter(({ scope }) => allows(visitor.caller, scope)).map((place) => navigation(place, at))}</ul></nav>
  <form class="me" method="post" action="/sign-out">
    ${token(visitor)}
    <span class="who" title="Signed in with the key ${visitor.caller.keyName}">${visitor.name}</span>
    <button class="quiet" title="Sign out" aria-label="Sign out">${icon('out')}</button>
  </form>
</header>
<main id="main" tabindex="-1">
  <div class="top">${back ? html`<a class="back" href="${back.path}">← ${back.name}</a>` : html`<h1>${title}</h1>`}${aside}</div>
  <div class="region"${liveMs === undefined ? null : html` data-live="${liveMs}"`}>${body}</div>
</main>
</div>
</body>
</html>
`;
}

function navigation({ path, name, icon: drawn, key }: Place, at: string): Html {
  const current = path === at ? html` aria-current="page"` : null;
  return html`<li><a href="${path}" data-go="${key}" title="${name} (g, then ${key})"${current}>${icon(drawn)}<span>${name}</span></a></li>`;
}

/** A page for somebody who is not signed in, or for whom it failed. */
export function barePage(title: string, body: Part): Html {
  return html`${head(title)}
<body class="bare">
<main id="main">
  <a class="brand" href="/">${mark()}<span>Afterclick</span></a>
  ${body}
</main>
</body>
</html>
`;
}

function head(title: string): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title} · Afterclick</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="/pages/assets/mark.svg" type="image/svg+xml">
<link rel="stylesheet" href="${STYLE.path}">
<script src="${SCRIPT.path}" defer></script>
</head>`;
}

/** The hidden field without which a form is refused. */
export function token(visitor: Visitor): Html {
  return html`<input type="hidden" name="_csrf" value="${visitor.csrf}">`;
}
