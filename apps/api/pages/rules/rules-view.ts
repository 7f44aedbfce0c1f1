/** Rules: what each is for, in which version it is in force, what it did and why it held back. */
import type { RuleDraft } from '#adapters/postgres/rules/drafts.js';
import { type PublishedRule, type PublishedRules, SUSPENSION_CURE } from '../../rules/published-rules.js';
import { type Html, html, type Part } from '../html.js';
import { bars } from '../parts/bars.js';
import { empty } from '../parts/empty.js';
import { count, when } from '../parts/format.js';
import { engagementBadge, heldBecause } from '../parts/kinds.js';

/** Firings of a rule by day, oldest first. */
export type RuleTrend = (rule: string) => readonly number[];

export function inForceBadge({ number, inForce, of }: PublishedRules): Html | null {
  if (number === null) return null;
  const whole = inForce >= of;
  return html`<span class="badge ${whole ? 'good' : 'warn'}" title="Publication ${number}">in force on ${inForce} of ${of}</span>`;
}

/** Rules that are drafts only, and drafts of others. */
export function draftsView(drafts: readonly RuleDraft[], now: number): Html | null {
  if (drafts.length === 0) return null;
  return html`<section class="card"><header><h2>Drafts</h2></header><ul class="versions">${drafts.map(
    ({ rule, author, changedAt }) =>
      html`<li><div><a class="link strong" href="/pages/rules/${encodeURIComponent(rule)}?from=live&amp;to=draft">${rule}</a> <span class="soft">changed by ${author} ${when(changedAt, now)}</span></div></li>`,
  )}</ul></section>`;
}

export function rulesView(published: PublishedRules, trend: RuleTrend, now: number): Html {
  if (published.rules.length === 0)
    return html`<section class="card">${empty({
      icon: 'rules',
      title: 'No rules yet',
      text: 'Rules are YAML files. Checked and published, each becomes an immutable version; editing a file changes nothing until then.',
      command: 'npx afterclick rules publish library/demo',
    })}</section>`;
  return html`<section class="card">${published.rules.map((rule) => ruleView(rule, trend(rule.name), now))}</section>`;
}

function ruleView(rule: PublishedRule, days: readonly number[], now: number): Html {
  const { name, version, description, on, counts, current, versions } = rule;
  const held = Object.values(counts.held).reduce((sum, one) => sum + one, 0);
  return html`<details class="rule" id="${name}"><summary data-row>
  <div><div class="badges"><span class="strong">${name}</span>${stateBadge(
    rule,
  )}${on && html`<span class="faint">on</span> ${engagementBadge(on)}`}</div>
  ${description && html`<p class="soft">${description}</p>`}</div>
  ${bars(days, `Fired in the last ${days.length} days`)}
  <div class="tallies">${tally(counts.fired, 'fired')}${tally(held, 'held')}${counts.failed > 0 && tally(counts.failed, 'failed')}</div>
</summary>
${rule.suspended && html`<div class="told">${suspendedView(rule, now)}</div>`}<div class="inner">
  <div><h3>As published${current && html`, ${when(current.createdAt, now)}${current.author && html` by ${current.author}`}`}</h3><pre><code>${current?.yaml ?? ''}</code></pre></div>
  <div class="stack">
    <div><h3>Why it held back, last 30 days</h3>${reasons(counts.held)}</div>
    <div><h3>Versions</h3><ul class="stack">${versions
      .slice(0, 10)
      .map(
        (one) =>
          html`<li class="soft"><b>v${one.version}</b>${one.version === version && html` <span class="badge good">published</span>`} ${when(one.createdAt, now)}${
            one.author && html` by ${one.author}`
          }${one.note && html`<br>${one.note}`}</li>`,
      )}</ul></div>
    <div><a class="button small" href="/pages/rules/${encodeURIComponent(name)}">Open: versions, draft, try</a></div>
    <div><h3>Effects asked for</h3><span class="num strong">${count(counts.effects)}</span></div>
  </div>
</div></details>`;
}

export function stateBadge({ version, suspended }: PublishedRule): Html {
  if (version !== null) return html`<span class="badge good">v${version}</span>`;
  return suspended ? html`<span class="badge bad">suspended</span>` : html`<span class="badge">retired</span>`;
}

/** Since when, why, and what to do. */
export function suspendedView({ suspended }: PublishedRule, now: number): Html | null {
  if (suspended === null) return null;
  const { version, since, failures, reason } = suspended;
  return html`<div class="notice bad stack suspended" role="status"><p><b>Suspended ${when(since, now)}</b>: version ${version} failed ${count(failures)} times that day.${
    reason !== null && html` The last failure: <code>${reason}</code>`
  }</p><p class="soft">${SUSPENSION_CURE}</p></div>`;
}

export function tally(value: number, name: string): Html {
  return html`<span class="tally"><b>${count(value)}</b><span>${name}</span></span>`;
}

export function reasons(held: PublishedRule['counts']['held']): Part {
  const entries = Object.entries(held).sort(([, a], [, b]) => b - a);
  if (entries.length === 0) return html`<p class="faint">It did not.</p>`;
  return html`<ul class="stack">${entries.map(([reason, times]) => html`<li class="soft"><b class="num">${count(times)}</b> × ${heldBecause(reason)}</li>`)}</ul>`;
}
