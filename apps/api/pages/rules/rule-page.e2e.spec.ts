import type { Page } from 'playwright-core';
import { event, type RunningEngine, runningEngine } from '#testing/api/running-engine.js';
import { suspendedRule } from '#testing/api/suspended-rule.js';
import { chromiumPath, NO_CHROMIUM, startBrowser, type TestBrowser } from '#testing/browser/chromium.js';

const there = chromiumPath() !== null;
if (!there) console.warn(NO_CHROMIUM);
const withBrowser = there ? describe : describe.skip;

withBrowser('the page of a rule', () => {
  let engine: RunningEngine;
  let browser: TestBrowser;
  let page: Page;
  const complaints: string[] = [];
  const click = (path: string) => event('ada@example.com', 'click', { url: `https://example.com${path}` });
  const typed = (yaml: string) => page.fill('textarea[name=yaml]', yaml);
  const text = () => page.inputValue('textarea[name=yaml]');

  beforeAll(async () => {
    engine = await runningEngine(undefined, { confirmAbove: 1 });
    browser = await startBrowser();
    page = await (await browser.context({ viewport: { width: 1280, height: 800 } })).newPage();
    page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
    page.on('pageerror', (error) => complaints.push(error.message));
    await engine.sendgrid([
      click('/pricing'),
      click('/pricing?2'),
      event('bob@example.com', 'click', { url: 'https://b.example' }),
    ]);
    await engine.askUntil<{ items: { engagements: number }[] }>(
      '/v1/contacts?email=ada@example.com',
      ({ items }) => items[0]?.engagements === 2,
    );
    await page.goto(`${engine.url}/pages/rules`);
    await page.fill('input[name=key]', engine.key);
    await page.fill('input[name=name]', 'Sam');
    await page.click('button.main');
    await page.waitForURL('**/pages/rules');
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await engine?.stop();
  });

  it('holds what is in force, ready to be changed, and says what a saved draft would change', async () => {
    await page.click('details#hot-lead summary');
    await page.click('details#hot-lead >> text=Open: versions, draft, try');
    await page.waitForSelector('h1:text("hot-lead")');
    const live = await text();
    expect(live).toContain('count("clicked", "7d"');
    await typed(live.replace('add_score: 10', 'add_score: 25'));
    await page.click('button:text("Save draft")');
    await page.waitForSelector('li:text("action add_score: 10 → 25")');
    await page.waitForSelector('.diff .new:has-text("add_score: 25")');
    await page.waitForSelector('text=changed by Sam');
  }, 30_000);

  it('tries what is typed on a contact’s history, and neither stores nor sends anything', async () => {
    const before = (await engine.ask<{ items: object[] }>('/v1/notifications')).body.items.length;
    await typed((await text()).replace('add_score: 25', 'add_score: 99'));
    await page.fill('input[name=contact]', 'Ada@Example.com');
    await page.click('button:text("Try")');
    await page.waitForSelector('#tried >> text=2 events would have triggered it; it would have fired once.');
    expect(await page.locator('#tried li').count()).toBe(2);
    await page.waitForSelector('#tried >> text=contact.suppressed');
    expect(await text()).toContain('add_score: 99');
    expect((await engine.ask<{ yaml: string }>('/v1/rules/hot-lead/draft')).body.yaml).toContain('add_score: 25');
    expect((await engine.ask<{ items: object[] }>('/v1/notifications')).body.items).toHaveLength(before);
    await page.fill('input[name=contact]', 'nobody@example.com');
    await page.click('button:text("Try")');
    await page.waitForSelector('[role=alert]:has-text("There is no contact nobody@example.com")');
    await typed('rule: hot-lead\non: openend\nthen:\n  - add_score: 1\n');
    await page.fill('input[name=contact]', 'ada@example.com');
    await page.click('button:text("Try")');
    await page.waitForSelector('.problems >> text=line 2:5');
  }, 30_000);

  it('keeps the text of who comes second, and says who came first', async () => {
    await page.goto(`${engine.url}/pages/rules/hot-lead`);
    const mine = (await text()).replace('add_score: 25', 'add_score: 30');
    const put = { method: 'PUT', body: { yaml: await text(), author: 'Kim' }, headers: { 'if-match': '*' } };
    await engine.ask('/v1/rules/hot-lead/draft', put);
    await typed(mine);
    await page.click('button:text("Save draft")');
    await page.waitForSelector('[role=alert]:has-text("changed by Kim")');
    expect(await text()).toContain('add_score: 30');
    await page.click('button:text("Save draft")');
    await page.waitForSelector('li:text("action add_score: 10 → 30")');
  }, 30_000);

  it('publishes with a note, and puts an earlier version in force again', async () => {
    await page.fill('input[name=note]', 'more for pricing');
    await page.click('button:text("Publish")');
    await page.waitForSelector('.versions >> text=more for pricing');
    expect(await page.locator('.badges >> text=v2').count()).toBe(1);
    await page.click('a:text("What changed")');
    await page.waitForSelector('h2:text("From version 1 to version 2")');
    await page.click('.versions li:has-text("v1") button');
    await page.waitForSelector('.badges >> text=v1');
  }, 30_000);

  it('asks once more before it publishes what would act on everybody at once, with the number', async () => {
    await engine.askUntil<{ items: object[] }>('/v1/contacts?email=bob@example.com', ({ items }) => items.length === 1);
    await page.goto(`${engine.url}/pages/rules/everybody`);
    await typed('rule: everybody\non: clicked\nthen:\n  - notify: { to: owner, title: Look }\n');
    await page.fill('input[name=note]', 'all of them');
    await page.click('button:text("Publish")');
    await page.waitForSelector('[role=alert]:text-matches("would act on 2 of [0-9]+ contacts within a day")');
    expect((await engine.ask('/v1/rules/everybody/versions')).status).toBe(404);
    await page.click('button:text("Publish all the same")');
    await page.waitForSelector('.versions >> text=all of them');
    expect(await page.locator('.badges >> text=v1').count()).toBe(1);
  }, 30_000);

  it('says of a rule that kept failing that it is suspended, since when and why, until it is published again', async () => {
    await suspendedRule(engine, 'flaky');
    await page.goto(`${engine.url}/pages/rules`);
    await page.click('details#flaky summary:has(.badge.bad:text("suspended"))');
    await page.waitForSelector('details#flaky .suspended:has-text("version 1 failed 100 times that day")');
    await page.goto(`${engine.url}/pages/rules/flaky`);
    await page.waitForSelector('.badges >> text=suspended');
    const said = await page.innerText('.suspended');
    expect(said).toContain('The last failure: No such key: plan');
    expect(said).toContain('Mend the rule in a draft and publish it');
    await page.click('button:text("Publish")');
    await page.waitForSelector('.badges >> text=v1');
    expect(await page.locator('.suspended').count()).toBe(0);
  }, 30_000);

  it('begins a rule that is not there, and throws its draft away', async () => {
    await page.goto(`${engine.url}/pages/rules/brand-new`);
    await page.click('button:text("Save draft")');
    await page.waitForSelector('text=rule added');
    await page.goto(`${engine.url}/pages/rules`);
    await page.click('a:text("brand-new")');
    await page.click('button:text("Discard draft")');
    await page.waitForSelector('button:text("Discard draft")', { state: 'detached' });
    expect((await engine.ask('/v1/rules/brand-new/draft')).status).toBe(404);
  }, 30_000);

  it('fits a phone and a desk, in light and in dark', async () => {
    await page.goto(`${engine.url}/pages/rules/hot-lead?from=1&to=2`);
    await page.fill('input[name=contact]', 'ada@example.com');
    await page.click('button:text("Try")');
    await page.waitForSelector('#tried');
    for (const width of [390, 1280])
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.setViewportSize({ width, height: 800 });
        await page.emulateMedia({ colorScheme });
        const over = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'));
        expect({ width, over: over > 0 }).toEqual({ width, over: false });
      }
    expect(complaints).toEqual([]);
  }, 30_000);
});
