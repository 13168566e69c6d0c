import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { designDocuments, designReport } from '../support/design-chunkservers.ts';
import { patience } from '../support/patience.ts';
import { startChromium } from './support/chromium.ts';
import { RunningOffbeat } from './support/running-offbeat.ts';
import { openWatched } from './support/watched-page.ts';

let browser: Browser;
let offbeat: RunningOffbeat;

/** The recorded half hour, as an address of each view. */
const recorded = 'cluster=recorded&from=2026-11-23T15:00:00Z&to=2026-11-23T15:30:10Z';
const views = [
  '/',
  '/machines',
  '/machines/recorded/host/node-m',
  '/throughput',
  '/queues',
  '/cluster',
  '/storage',
  '/explore',
  '/alerts',
  '/silences',
  '/receivers',
  '/dead-letters',
  '/settings',
  '/sign-in',
] as const;

beforeAll(async () => {
  [browser, offbeat] = await Promise.all([startChromium(), RunningOffbeat.start('{}\n')]);
  await offbeat.alertsOfRecording();
});
afterAll(async () => {
  await browser?.close();
  await offbeat?.stop();
});

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Returns what axe finds serious or critical. It runs in the world of the test, past the policy of the page. */
async function seriousFindings(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  const { frameTree } = await session.send('Page.getFrameTree');
  const { executionContextId } = await session.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id });
  const run = async (expression: string) =>
    session.send('Runtime.evaluate', {
      contextId: executionContextId,
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
  await run(axe);
  const { result } = await run(`axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(' | ')))`);
  return result.value as string[];
}

/** Waits until nothing in the view is loaded any more. */
async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle').catch(() => {});
  await page.locator('main [aria-busy="true"]').first().waitFor({ state: 'detached' });
  await page.locator('main h2, main h1').first().waitFor();
}

const looks = [
  { name: 'light', theme: 'light', viewport: { width: 1440, height: 900 } },
  { name: 'dark', theme: 'dark', viewport: { width: 1440, height: 900 } },
  { name: 'phone', theme: 'light', viewport: { width: 390, height: 844 } },
] as const;

describe.each(looks)('every view, $name', ({ theme, viewport }) => {
  it.each(views)('%s has no error, asks no other origin, and axe finds nothing serious', async (path) => {
    const { page, faults, close } = await openWatched(browser, offbeat.url, { viewport });
    page.setDefaultTimeout(20_000);
    await page.goto(`${offbeat.url}${path}?${recorded}&theme=${theme}`);
    await settled(page);
    expect(await seriousFindings(page)).toEqual([]);
    expect(faults).toEqual([]);
    // Nothing scrolls sideways.
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    await close();
  });
});

describe('the incidents of the recording', () => {
  it('are found on Now, and opened from there', async () => {
    const { page, faults, close } = await openWatched(browser, offbeat.url);
    await page.goto(`${offbeat.url}/?${recorded}`);
    const found = page
      .getByRole('main')
      .getByRole('link', { name: /orders-etl/ })
      .first();
    await found.click({ timeout: patience.timeout });
    await page.getByText('Likely cause', { exact: true }).waitFor();
    expect(new URL(page.url()).pathname).toMatch(/^\/alerts\/\w+$/);
    expect(faults).toEqual([]);
    await close();
  });

  it('are marked on the charts of the machine that had them', async () => {
    const { page, close } = await openWatched(browser, offbeat.url);
    await page.goto(`${offbeat.url}/machines?${recorded}`);
    await page
      .getByRole('link', { name: /node-m/ })
      .first()
      .waitFor({ timeout: patience.timeout });
    await page
      .getByRole('img', { name: /outside its expected range/ })
      .first()
      .waitFor();
    await close();
  });
});

describe('the chunkserver table', () => {
  it("shows the design's ten rows as they are written there, and sorts them", async () => {
    await offbeat.ship(designDocuments(Date.now()));
    const { page, faults, close } = await openWatched(browser, offbeat.url);
    await page.goto(`${offbeat.url}/storage?cluster=local`);
    const rows = page.getByRole('table').first().getByRole('row').filter({ hasText: '9513' });
    await vi.waitFor(async () => expect(await rows.count()).toBe(designReport.length), patience);
    const texts = (await rows.allInnerTexts()).map((text) => text.replace(/\s+/g, ' '));
    for (const line of designReport) {
      const [name = '', ...cells] = line.split(/ (?=\d)/);
      // One of the names is the end of another.
      const own = texts.filter((text) => text.trim().startsWith(name) && cells.every((cell) => text.includes(cell)));
      expect(own, texts.join('\n')).toHaveLength(1);
    }
    // The fullest is the first.
    expect(texts[0]).toContain('33.3 %');
    expect(texts.at(-1)).toContain('222:9513');
    // At first the largest number comes first, and then the smallest.
    const head = page.getByRole('button', { name: /^used_space/ });
    await head.click();
    await head.click();
    await vi.waitFor(
      async () => expect((await rows.first().allInnerTexts())[0]!.includes('222')).not.toBe(texts[0]!.includes('222')),
      patience,
    );
    expect(faults).toEqual([]);
    await close();
  });
});

describe('Explore', () => {
  it('exports the values of a chart as CSV', async () => {
    const { page, faults, close } = await openWatched(browser, offbeat.url);
    const series = encodeURIComponent('recorded/host/node-m system.diskio.write.bytes{device=loop6}');
    await page.goto(`${offbeat.url}/explore?series=${series}&${recorded}`);
    const download = page.waitForEvent('download', { timeout: patience.timeout });
    await page
      .getByRole('button', { name: /CSV/ })
      .or(page.getByRole('link', { name: /CSV/ }))
      .first()
      .click();
    const text = readFileSync(await (await download).path(), 'utf8');
    const [head, ...lines] = text.trimEnd().split(/\r?\n/);
    expect(head).toMatch(/time/i);
    expect(lines.length).toBeGreaterThan(100);
    expect(lines[0]).toMatch(/^"?2026-11-23T15:/);
    expect(faults).toEqual([]);
    await close();
  });
});

describe('the keyboard alone', () => {
  it('reaches every view, finds an alert in the palette, and changes the theme', async () => {
    const { page, faults, close } = await openWatched(browser, offbeat.url);
    await page.goto(`${offbeat.url}/?${recorded}&theme=light`);
    await settled(page);
    for (const [key, path] of [
      ['m', '/machines'],
      ['c', '/cluster'],
      ['x', '/settings'],
      ['n', '/'],
    ] as const) {
      await page.keyboard.press('g');
      await page.keyboard.press(key);
      await page.waitForURL((url) => url.pathname === path);
    }
    await page.keyboard.press('Control+k');
    await page.keyboard.type('orders-etl');
    await page
      .getByRole('option', { name: /orders-etl/ })
      .first()
      .waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.pathname !== '/');
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('d');
    await vi.waitFor(
      async () => expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('dark'),
      patience,
    );
    expect(faults).toEqual([]);
    await close();
  });
});
