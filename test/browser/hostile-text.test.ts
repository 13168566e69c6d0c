import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { patience } from '../support/patience.ts';
import { startChromium } from './support/chromium.ts';
import { incidentSettings, ShippingMachine } from './support/incident.ts';
import { RunningOffbeat } from './support/running-offbeat.ts';
import { openWatched } from './support/watched-page.ts';

/** The name of a machine that would be a script, a picture and a text from right to left. */
const hostile = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>\u202Eevil"'&amp;{a=b}`;

let browser: Browser;
let offbeat: RunningOffbeat;
let machine: ShippingMachine;
beforeAll(async () => {
  [browser, offbeat] = await Promise.all([startChromium(), RunningOffbeat.start(incidentSettings, ['--no-replay'])]);
  machine = new ShippingMachine(offbeat, hostile, 0.99);
  await vi.waitFor(async () => expect(await alerts()).toHaveLength(1), patience);
});
afterAll(async () => {
  machine?.stop();
  await browser?.close();
  await offbeat?.stop();
});

const alerts = async () =>
  (await offbeat.get<{ alerts: readonly { readonly id: string }[] }>('/api/alerts?cluster=prod')).alerts;

describe('names, notes and comments of others', () => {
  it.each(['/', '/machines', '/throughput', '/cluster', '/explore', '/alerts', '/alerts/ALERT', '/silences'])(
    'are text at %s, and never markup or a script',
    async (path) => {
      const [alert] = await alerts();
      const { page, faults, close } = await openWatched(browser, offbeat.url);
      await page.goto(`${offbeat.url}${path.replace('ALERT', alert!.id)}`);
      await page
        .getByRole('main')
        .getByText(/[a-z]{4}/i)
        .first()
        .waitFor();
      await page.locator('main [aria-busy="true"]').first().waitFor({ state: 'detached' });
      expect(await page.locator('img[src=x]').count()).toBe(0);
      expect(await page.locator('body').textContent()).not.toContain('\u202e');
      expect(await page.title()).toMatch(/Offbeat$/);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      expect(faults).toEqual([]);
      await close();
    },
  );

  it('are shown as they are written, with the characters that nobody would see', async () => {
    const { page, close } = await openWatched(browser, offbeat.url);
    await page.goto(`${offbeat.url}/machines`);
    await page
      .getByRole('link', { name: /<img src=x onerror=/ })
      .first()
      .waitFor({ timeout: patience.timeout });
    await close();
  });
});
