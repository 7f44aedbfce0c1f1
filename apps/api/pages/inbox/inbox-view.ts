/** What sales is told: who is hot, why, and who has taken it. */
import type { InboxRow, NotificationState } from '#adapters/postgres/read-models/queries/notifications.js';
import { type Html, html, type Part } from '../html.js';
import { empty } from '../parts/empty.js';
import { count, when } from '../parts/format.js';
import { token } from '../parts/layout.js';
import { avatar, nameOf, scorePill } from '../parts/people.js';
import type { Visitor } from '../session.js';

export interface InboxPage {
  readonly state: NotificationState;
  readonly rows: readonly InboxRow[];
  readonly next: string | null;
  readonly waiting: { readonly open: number; readonly taken: number };
  readonly mayAct: boolean;
}

export function inboxTabs({ state, waiting }: Pick<InboxPage, 'state' | 'waiting'>): Html {
  const tab = (to: NotificationState, name: string, waits?: number) =>
    html`<a href="/pages/inbox?state=${to}"${to === state ? html` aria-current="page"` : null}>${name}${
      waits !== undefined && waits > 0 && html` <span class="num">${count(waits)}</span>`
    }</a>`;
  return html`<nav class="tabs" aria-label="State">${tab('open', 'Open', waiting.open)}${tab('taken', 'Taken', waiting.taken)}${tab('done', 'Done')}</nav>`;
}

export function inboxView(inbox: InboxPage, visitor: Visitor, now: number): Html {
  const { rows, state, next, mayAct } = inbox;
  if (rows.length === 0) return html`<section class="card">${nothing(inbox)}</section>`;
  return html`<div class="stack">${mayAct && state !== 'done' && myName(visitor)}
<ul class="leads">${rows.map((row) => lead(row, inbox, visitor, now))}</ul>
${next && html`<div class="more"><a class="button" href="/pages/inbox?state=${state}&cursor=${next}" rel="next">More</a></div>`}</div>`;
}

function lead(row: InboxRow, { mayAct }: InboxPage, visitor: Visitor, now: number): Html {
  const { effectId, contactId, title, body, rule, ruleVersion, openedAt, recipient } = row;
  return html`<li class="card lead-card" data-key="${effectId}">
  ${avatar(row)}
  <div><div class="title">${title ?? html`<span class="faint">(erased)</span>`}</div>
    ${body && html`<div class="text">${body}</div>`}
    <div class="meta"><a class="link cut" href="/pages/contacts/${contactId}" data-row>${nameOf(row)}</a>${scorePill(row.score)}
      ${recipient && html`<span>for ${recipient === 'owner' ? (row.owner ?? 'the owner') : recipient}</span>`}
      ${rule && html`<span>rule <a class="link" href="/pages/rules#${rule}">${rule}</a> v${ruleVersion}</span>`}
      <span>${when(openedAt, now)}</span>${progress(row, now)}</div></div>
  <div class="do">${mayAct && actions(row, visitor)}</div>
</li>`;
}

function progress({ state, takenBy, takenAt, doneBy, doneAt }: InboxRow, now: number): Part {
  if (state === 'open') return null;
  const taken =
    takenAt !== null && html`<span class="badge sky">taken by ${takenBy ?? '(erased)'} ${when(takenAt, now)}</span>`;
  const done =
    doneAt !== null && html`<span class="badge good">done by ${doneBy ?? '(erased)'} ${when(doneAt, now)}</span>`;
  return [taken, done];
}

function actions({ effectId, state }: InboxRow, visitor: Visitor): Part {
  const button = (command: 'take' | 'done', name: string, main: boolean) =>
    html`<form method="post" action="/pages/inbox/${effectId}/${command}">${token(visitor)}<button id="${command}-${effectId}"${
      main ? html` class="main"` : null
    }>${name}</button></form>`;
  if (state === 'done') return null;
  return state === 'open'
    ? [button('done', 'Done', false), button('take', 'Take', true)]
    : button('done', 'Done', true);
}

function myName(visitor: Visitor): Html {
  return html`<form class="inline soft" method="post" action="/pages/inbox/name">${token(visitor)}
  <span>You take leads as <b>${visitor.name}</b></span>
  <details id="rename"><summary class="faint">change</summary><span class="inline"><input id="name" name="name" value="${visitor.name}" maxlength="200" required aria-label="Your name"><button class="small">Save</button></span></details></form>`;
}

function nothing({ state, waiting }: InboxPage): Html {
  if (state === 'taken')
    return empty({
      icon: 'inbox',
      title: 'Nobody is at work on anything',
      text: 'What is taken and not yet done stands here, with who has it.',
    });
  if (state === 'done')
    return empty({
      icon: 'check',
      title: 'Nothing is done yet',
      text: 'What was followed up is kept here, with who did it.',
    });
  if (waiting.taken > 0)
    return empty({
      icon: 'check',
      title: 'All caught up',
      text: html`Everything is taken. <a class="link" href="/pages/inbox?state=taken">See by whom</a>.`,
    });
  return empty({
    icon: 'inbox',
    title: 'No leads yet',
    text: html`When a rule with <code>notify</code> fires, whoever should act finds it here. The demo ends with a hot lead:`,
    command: 'npm run demo',
  });
}
