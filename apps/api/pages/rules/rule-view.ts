/** One rule: what it does and holds back, its versions and what differs, its draft, and a try of it on one contact. */
import type { WholeVersion } from '#adapters/postgres/rules/rule-versions.js';
import type { RuleDiff } from '#domain/rules/diff/diff.js';
import type { RuleProblem } from '#domain/rules/problem.js';
import { allows } from '#platform/auth/api-key.js';
import type { PublishedRule } from '../../rules/published-rules.js';
import type { Side } from '../../rules/rule-history.js';
import type { Tried } from '../../rules/rule-trials.js';
import { type Html, html } from '../html.js';
import { count, when } from '../parts/format.js';
import { token } from '../parts/layout.js';
import type { Visitor } from '../session.js';
import { reasons, stateBadge, suspendedView, tally } from './rules-view.js';
import { triedView } from './tried-view.js';

/** What the editor holds: a draft that is stored, or one that is begun. */
export interface Editor {
  readonly yaml: string;
  /** Null: nothing is stored yet. */
  readonly revision: number | null;
  readonly changed: { readonly author: string; readonly at: number } | null;
  readonly problems: readonly RuleProblem[];
  /** What became of the last press of a button, where it did not do what was asked. */
  readonly notice: string | null;
  /** It would act on many at once: publishing asks once more. */
  readonly confirms: boolean;
  /** Why, as it was typed. */
  readonly note: string;
  /** Of the contact that was tried last. */
  readonly contact: string;
  readonly tried: Tried | null;
}

export interface RulePage {
  readonly name: string;
  /** Null: it was never published. */
  readonly rule: PublishedRule | null;
  readonly versions: readonly WholeVersion[];
  readonly compared: { readonly from: Side; readonly to: Side; readonly diff: RuleDiff } | null;
  readonly editor: Editor;
}

export function rulePageView(shown: RulePage, visitor: Visitor, now: number): Html {
  const { name, rule, compared } = shown;
  const state = !rule ? html`<span class="badge">draft</span>` : stateBadge(rule);
  return html`<section class="card pad stack">
  <div class="badges"><h1>${name}</h1>${state}</div>
  ${rule?.description && html`<p class="soft">${rule.description}</p>`}
  ${rule && suspendedView(rule, now)}
  ${rule && countsView(rule)}
</section>
${editorView(shown, visitor, now)}
${shown.editor.tried && triedView(shown.editor.tried, now)}
${compared && diffView(compared)}
${shown.versions.length > 0 && versionsView(shown, visitor, now)}`;
}

function countsView({ counts }: PublishedRule): Html {
  const held = Object.values(counts.held).reduce((sum, one) => sum + one, 0);
  return html`<div class="tallies">${tally(counts.fired, 'fired')}${tally(held, 'held back')}${tally(counts.failed, 'failed')}${tally(counts.effects, 'effects')}</div>
  <p class="faint">Of the last 30 days, all versions.</p>
  ${held > 0 && html`<div><h3>Why it held back</h3>${reasons(counts.held)}</div>`}`;
}

function editorView({ name, editor }: RulePage, visitor: Visitor, now: number): Html {
  const { yaml, revision, changed, problems, notice, confirms, note, contact } = editor;
  const mayWrite = allows(visitor.caller, 'write:rules');
  const mayTry = allows(visitor.caller, 'read:contacts');
  const path = `/pages/rules/${encodeURIComponent(name)}`;
  const rows = Math.min(30, Math.max(12, yaml.split('\n').length + 2));
  return html`<section class="card"><header><h2>Draft</h2>${
    changed && html`<span class="faint">changed by ${changed.author} ${when(changed.at, now)}</span>`
  }</header>
<form class="form pad" method="post" action="${path}/draft">
  ${token(visitor)}<input type="hidden" name="revision" value="${revision ?? ''}">
  ${notice && html`<p class="notice" role="alert">${notice}</p>`}
  <label>Rule, as a file would hold it<textarea class="mono" name="yaml" rows="${rows}" spellcheck="false" required maxlength="65536">${`\n${yaml}`}</textarea></label>
  ${problemsView(problems)}
  ${
    mayWrite &&
    html`<label>Why, kept with the version<input name="note" maxlength="2000" value="${note}" placeholder="the pricing page moved"></label>
  <div class="inline"><button class="main" name="do" value="save">Save draft</button>${
    confirms
      ? html`<button class="danger" name="do" value="confirm">Publish all the same</button>`
      : html`<button name="do" value="publish">Publish</button>`
  }${revision !== null && html`<button class="danger" name="do" value="discard">Discard draft</button>`}</div>`
  }
  ${
    mayTry &&
    html`<label>Try it on the history of a contact<input name="contact" maxlength="400" value="${contact}" placeholder="ada@example.com" autocomplete="off"></label>
  <div class="inline"><button formaction="${path}/try">Try</button><span class="faint">Nothing is saved, nothing is sent.</span></div>`
  }
</form></section>`;
}

function problemsView(problems: readonly RuleProblem[]): Html | null {
  if (problems.length === 0) return null;
  return html`<ul class="stack problems">${problems.map(
    ({ file, line, column, problem, cure }) =>
      html`<li><span class="badge bad">${file.startsWith('rules/') ? `line ${line}:${column}` : `${file}:${line}`}</span> ${problem}<br><span class="soft">${cure}</span></li>`,
  )}</ul>`;
}

function diffView({ from, to, diff }: NonNullable<RulePage['compared']>): Html {
  const name = (side: Side) => (typeof side === 'number' ? `version ${side}` : side);
  const signs = { ' ': 'same', '-': 'gone', '+': 'new' } as const;
  return html`<section class="card"><header><h2>From ${name(from)} to ${name(to)}</h2></header><div class="pad stack">
${
  diff.words.length === 0
    ? html`<p class="faint">Nothing differs.</p>`
    : html`<ul class="stack">${diff.words.map((one) => html`<li>${one}</li>`)}</ul>`
}
<pre class="diff"><code>${diff.lines.map(
    ({ sign, text }) => html`<span class="${signs[sign]}">${sign} ${text}</span>\n`,
  )}</code></pre></div></section>`;
}

function versionsView({ name, rule, versions }: RulePage, visitor: Visitor, now: number): Html {
  const path = `/pages/rules/${encodeURIComponent(name)}`;
  const mayWrite = allows(visitor.caller, 'write:rules');
  const back = (version: number): Html => html`<form method="post" action="${path}/rollback">${token(visitor)}
  <button class="small" name="version" value="${version}">Put in force</button></form>`;
  return html`<section class="card"><header><h2>Versions</h2><span class="faint">${count(versions.length)}</span></header>
<ul class="versions">${versions.map(
    ({ version, author, note, createdAt }) => html`<li>
  <div><b>v${version}</b>${version === rule?.version && html` <span class="badge good">published</span>`} <span class="soft">${when(createdAt, now)}${author && html` by ${author}`}</span>${note && html`<br><span class="soft">${note}</span>`}</div>
  <div class="inline">${version > 1 && html`<a class="button small" href="${path}?from=${version - 1}&amp;to=${version}">What changed</a>`}${
    mayWrite && version !== rule?.version && back(version)
  }</div></li>`,
  )}</ul></section>`;
}
