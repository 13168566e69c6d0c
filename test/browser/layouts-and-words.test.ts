import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { designDocuments } from '../support/design-chunkservers.ts';
import { patience } from '../support/patience.ts';
import { startChromium } from './support/chromium.ts';
import { RunningOffbeat } from './support/running-offbeat.ts';
import { openWatched } from './support/watched-page.ts';

let browser: Browser;
let offbeat: RunningOffbeat;

const recorded = 'cluster=recorded&from=2026-11-23T15:00:00Z&to=2026-11-23T15:30:10Z';
const written = encodeURIComponent('recorded/host/node-m system.diskio.write.bytes{device=loop6}');
const phone = { width: 390, height: 844 };
const desk = { width: 1280, height: 860 };
const soon = { timeout: patience.timeout };

beforeAll(async () => {
  [browser, offbeat] = await Promise.all([startChromium(), RunningOffbeat.start('{}\n')]);
  await offbeat.ship(designDocuments(Date.now()));
  await offbeat.alertsOfRecording();
});
afterAll(async () => {
  await browser?.close();
  await offbeat?.stop();
});

/** Opens an address, looks at it, and closes it. */
async function on(viewport: typeof phone, path: string, look: (page: Page) => Promise<void>): Promise<void> {
  const { page, faults, close } = await openWatched(browser, offbeat.url, { viewport });
  await page.goto(`${offbeat.url}${path}`);
  await look(page);
  expect(faults).toEqual([]);
  await close();
}

/** Returns how far the elements of a selector reach out of the window, pixels. */
const overhang = (page: Page, selector: string): Promise<number> =>
  page.evaluate(
    `Math.max(...[...document.querySelectorAll(${JSON.stringify(selector)})].map((one) => one.getBoundingClientRect().right)) - innerWidth`,
  );

describe('on a phone', () => {
  it('each chunkserver has its version', async () => {
    await on(phone, '/storage?cluster=local', async (page) => {
      await page
        .getByText('3.10.4')
        .first()
        .waitFor({ ...soon, state: 'visible' });
    });
  });

  it('the numbers of Explore are all on the screen', async () => {
    await on(phone, `/explore?${recorded}&series=${written}`, async (page) => {
      await page.locator('.stat td.st-outside').waitFor(soon);
      expect(await overhang(page, '.stat td')).toBeLessThanOrEqual(0);
    });
  });

  it('the row of a part is shaded as one under the pointer', async () => {
    await on(phone, `/machines/recorded/host/node-m?${recorded}`, async (page) => {
      const row = page.locator('.parts tbody tr').first();
      await row.hover(soon);
      const isWhole =
        '(([row]) => [...row.cells].every((cell) => getComputedStyle(cell).backgroundColor === "rgba(0, 0, 0, 0)") && getComputedStyle(row).backgroundColor !== "rgba(0, 0, 0, 0)")(document.querySelectorAll(".parts tbody tr"))';
      expect(await page.evaluate(isWhole)).toBe(true);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    });
  });
});

describe('what opens over the page', () => {
  it('has its whole texts within it', async () => {
    await on(desk, `/throughput?${recorded}`, async (page) => {
      await page.locator('button.cluster').click(soon);
      await page
        .getByRole('button', { name: /recorded, replayed/ })
        .last()
        .waitFor(soon);
      const isCut = '[...document.querySelectorAll(".menuitem")].some((one) => one.scrollWidth > one.clientWidth)';
      expect(await page.evaluate(isCut)).toBe(false);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Custom' }).first().click();
      const footer = page.locator('.pop.range .end');
      await footer.waitFor(soon);
      expect(await footer.evaluate((one) => one.scrollWidth - one.clientWidth)).toBeLessThanOrEqual(0);
    });
  });

  it('names the series that it finds in words', async () => {
    await on(desk, '/', async (page) => {
      await page.getByRole('heading', { level: 1 }).first().waitFor(soon);
      await page.keyboard.press('Control+k');
      await page.keyboard.type('node-m diskio.write.bytes');
      await page
        .getByRole('option', { name: /^Disk write of node-m, loop6/ })
        .first()
        .waitFor(soon);
    });
  });
});

it('an alert whose address cannot be decoded is not known, in the words of the page', async () => {
  const { page, close } = await openWatched(browser, offbeat.url);
  await page.goto(`${offbeat.url}/alerts/%`);
  await page.getByText('This alert is not known').waitFor(soon);
  await close();
});

it('a comparison in the address may be written as the ends of its range are', async () => {
  await on(desk, `/explore?${recorded}&series=${written}&compare=-1d`, async (page) => {
    await page.getByText('Against yesterday').waitFor(soon);
  });
});

it('was the throughput of node-m normal in the recorded half hour? Its view says when it was not', async () => {
  await on(desk, `/machines/recorded/host/node-m?${recorded}`, async (page) => {
    await page.getByRole('heading', { name: /node-m was off its expected range/ }).waitFor(soon);
  });
  await on(desk, `/throughput?${recorded}`, async (page) => {
    await page.getByRole('heading', { name: /some of it was off its expected range/ }).waitFor(soon);
  });
});

it('a number that is not read yet is not called absent', async () => {
  const { page, close } = await openWatched(browser, offbeat.url);
  const held: (() => void)[] = [];
  await page.route('**/api/measures*', async (route) => {
    await new Promise<void>((go) => held.push(go));
    await route.continue();
  });
  await page.goto(`${offbeat.url}/?${recorded}`);
  const writes = page.getByRole('link', { name: /^Disk writes/ });
  await writes.getByText('reading').waitFor(soon);
  expect(await writes.getByText('no data').count()).toBe(0);
  for (const go of held) go();
  await writes.getByText(/MB\/s/).first().waitFor(soon);
  await close();
});
