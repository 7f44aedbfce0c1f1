import type { BrowserContext, Page } from 'playwright-core';
import { event, type RunningEngine, runningEngine } from '#testing/api/running-engine.js';
import { chromiumPath, NO_CHROMIUM, startBrowser, type TestBrowser } from '#testing/browser/chromium.js';

const there = chromiumPath() !== null;
if (!there) console.warn(NO_CHROMIUM);
const withBrowser = there ? describe : describe.skip;

withBrowser('the pages in a browser', () => {
  let engine: RunningEngine;
  let browser: TestBrowser;
  let context: BrowserContext;
  let page: Page;
  const complaints: string[] = [];

  const click = (path: string) => event('ada@example.com', 'click', { url: `https://example.com${path}` });
  const opened = async (more: object = {}): Promise<Page> => {
    context = await browser.context({ viewport: { width: 1280, height: 800 }, ...more });
    const fresh = await context.newPage();
    fresh.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    fresh.on('pageerror', (error) => complaints.push(error.message));
    return fresh;
  };

  beforeAll(async () => {
    engine = await runningEngine();
    browser = await startBrowser();
    page = await opened();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await engine?.stop();
  });

  it('lead from signing in to what comes in, as it comes in', async () => {
    await page.goto(`${engine.url}/pages/inbox`);
    await page.fill('input[name=key]', engine.key);
    await page.fill('input[name=name]', 'Sam');
    await page.click('button.main');
    await page.waitForURL('**/pages/inbox');
    await page.click('nav a[data-go=l]');
    await page.waitForSelector('text=Nothing has come in yet');
    await engine.sendgrid([
      click('/pricing'),
      event('ines@example.com', 'bounce', { type: 'bounce', status: '5.1.1' }),
    ]);
    await page.waitForSelector('.deliveries >> text=ada@example.com');
    await page.waitForSelector('.deliveries >> text=suppressed');
    await engine.sendgrid([click('/pricing#again')]);
    await page.waitForSelector('.deliveries li.fresh >> text=hot-lead fired');
  }, 30_000);

  it('keep open what was unfolded while the rest is refreshed', async () => {
    await page.click('.deliveries >> text=ada@example.com');
    await page.click('.story details:has-text("Notify owner") summary');
    await page.waitForSelector('details[open] >> text=event.url');
    const before = await page.locator('.story > li').count();
    await engine.sendgrid([event('ada@example.com', 'open')]);
    await page.locator('.story > li').nth(before).waitFor();
    expect(await page.isVisible('details[open] >> text=event.url')).toBe(true);
  }, 30_000);

  it('let sales take a lead and finish it', async () => {
    await page.goto(`${engine.url}/pages/inbox`);
    await page.click('button:text("Take")');
    await page.click('.tabs a:has-text("Taken")');
    await page.waitForSelector('text=taken by Sam');
    await page.click('button:text("Done")');
    await page.click('.tabs a:has-text("Done")');
    await page.waitForSelector('text=done by Sam');
  }, 30_000);

  it('are gone through by keyboard', async () => {
    await page.goto(`${engine.url}/`);
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    await page.waitForURL('**/pages/contacts');
    await page.keyboard.press('/');
    await page.keyboard.type('ada');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/pages/contacts?q=ada*');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForSelector('h1:text("ada@example.com")');
  }, 30_000);

  it('fit a phone and a desk, in light and in dark', async () => {
    const state = await context.storageState();
    const ada = page.url();
    for (const width of [390, 1280])
      for (const colorScheme of ['light', 'dark'] as const) {
        const narrow = await opened({ viewport: { width, height: 800 }, colorScheme, storageState: state });
        for (const path of [
          '/',
          '/pages/contacts',
          '/pages/inbox',
          '/pages/rules',
          '/pages/sources',
          '/pages/health',
          '/pages/imports',
          '/pages/webhooks',
          new URL(ada).pathname,
        ]) {
          await narrow.goto(engine.url + path);
          const over = Number(await narrow.evaluate('document.documentElement.scrollWidth - innerWidth'));
          expect({ path, width, over: over > 0 }).toEqual({ path, width, over: false });
        }
        await narrow.close();
      }
  }, 60_000);

  it('make the browser complain of nothing', () => {
    expect(complaints).toEqual([]);
  });
});
