import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { patience } from '../support/patience.ts';
import { startChromium } from './support/chromium.ts';
import { RunningOffbeat } from './support/running-offbeat.ts';
import { openWatched, type WatchedPage } from './support/watched-page.ts';

let browser: Browser;
let offbeat: RunningOffbeat;

beforeAll(async () => {
  [browser, offbeat] = await Promise.all([startChromium(), RunningOffbeat.start('{}\n')]);
  await offbeat.alertsOfRecording();
});
afterAll(async () => {
  await browser?.close();
  await offbeat?.stop();
});

const recorded = 'cluster=recorded&from=2026-11-23T15:00:00Z&to=2026-11-23T15:30:10Z';

async function opened(address: string): Promise<WatchedPage> {
  const watched = await openWatched(browser, offbeat.url);
  await watched.page.goto(`${offbeat.url}${address}`);
  await watched.page.locator('.answered').first().waitFor();
  return watched;
}

describe('a server that does not answer', () => {
  it.each(['/', `/?${recorded}`])('is told at %s, in the head and above the view', async (address) => {
    const { page, close } = await opened(address);
    await page.route('**/api/**', (route) => route.abort('connectionrefused'));
    await page.getByText(/^Not live since \d\d:\d\d:\d\d\. Shown is the last picture/).waitFor();
    expect(await page.locator('.head .live').textContent()).toContain('Not live since');
    await close();
  });
});

describe('the address', () => {
  it('has no text to find after the link of the side bar, and neither has the field', async () => {
    const { page, close } = await opened('/alerts?q=node-m');
    await page.getByRole('link', { name: 'Alerts', exact: true }).click();
    const field = page.getByRole('searchbox', { name: 'Find in alerts' });
    await vi.waitFor(async () => {
      expect(page.url()).not.toContain('q=');
      expect(await field.inputValue()).toBe('');
    }, patience);
    await close();
  });

  it('keeps the theme that it names', async () => {
    const { page, close } = await opened('/alerts?theme=light');
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await vi.waitFor(() => expect(page.url()).toContain('status=open'), patience);
    expect(page.url()).toContain('theme=light');
    await close();
  });
});

it('the focus is on the button of the time range after the keys t and Esc', async () => {
  const { page, close } = await opened('/machines');
  await page.keyboard.press('t');
  await page.getByRole('dialog', { name: 'Time range' }).waitFor();
  await page.keyboard.press('Escape');
  await page.locator('button[aria-haspopup="dialog"]:focus', { hasText: 'Custom' }).waitFor();
  await close();
});

it('rows of the question before, such as of another cluster, are marked as busy until those of the new one are read', async () => {
  const { page, close } = await opened('/alerts?cluster=recorded');
  let answer = (): void => {};
  const isAsked = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route('**/api/alerts?**', async (route) => {
    await isAsked;
    await route.continue();
  });
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await page.locator('.answered[aria-busy="true"]').waitFor();
  answer();
  await page.locator('.answered[aria-busy="false"]').waitFor();
  await close();
});
