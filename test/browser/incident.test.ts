import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { patience } from '../support/patience.ts';
import { startChromium } from './support/chromium.ts';
import { incidentSettings, ShippingMachine } from './support/incident.ts';
import { RunningOffbeat } from './support/running-offbeat.ts';
import { openWatched, type WatchedPage } from './support/watched-page.ts';

let browser: Browser;
let offbeat: RunningOffbeat;
let watched: WatchedPage;
let machine: ShippingMachine;

const soon = { timeout: patience.timeout };
const title = 'CPU of node-x is above its limit';

beforeAll(async () => {
  [browser, offbeat] = await Promise.all([startChromium(), RunningOffbeat.start(incidentSettings, ['--no-replay'])]);
  watched = await openWatched(browser, offbeat.url);
});
afterAll(async () => {
  machine?.stop();
  await watched?.close();
  await browser?.close();
  await offbeat?.stop();
});

const openAlerts = () => offbeat.get<{ alerts: readonly { id: string; status: string }[] }>('/api/alerts?cluster=prod');

/** The steps of one incident, in the order in which they happen. */
describe('a person on call, with nothing but the page', () => {
  it('is told how to ship data, while there is none', async () => {
    const { page } = watched;
    await page.goto(offbeat.url);
    await page
      .getByText(/metricbeat/i)
      .first()
      .waitFor(soon);
  });

  it('sees an alert on Now without a reload, soon after a machine has trouble', async () => {
    machine = new ShippingMachine(offbeat, 'node-x', 0.99);
    await watched.page.getByRole('region', { name: 'Situation' }).getByText('CPU of node-x').first().waitFor(soon);
    await watched.page.getByRole('link', { name: title }).first().waitFor(soon);
  });

  it('opens it, and reads its cause and every decision', async () => {
    const { page } = watched;
    await page.getByRole('link', { name: 'Open alert' }).click();
    await page.getByText('Likely cause', { exact: true }).waitFor(soon);
    await page.getByRole('heading', { name: 'Why was I paged?' }).waitFor(soon);
    const { alerts } = await openAlerts();
    expect(new URL(page.url()).pathname).toBe(`/alerts/${alerts[0]!.id}`);
  });

  it('acknowledges it', async () => {
    const { page } = watched;
    await page.getByRole('button', { name: 'Acknowledge' }).first().click();
    await page.getByRole('button', { name: /^Acknowledged/ }).waitFor(soon);
    await vi.waitFor(async () => expect((await openAlerts()).alerts[0]!.status).toBe('acknowledged'), patience);
  });

  it('writes what was found, for the others to read', async () => {
    const { page } = watched;
    await page.locator('#comment').fill('a batch job <b>ran</b> twice');
    await page
      .getByRole('button', { name: /^(Add|Send|Save|Comment)/ })
      .last()
      .click();
    await page.getByText('a batch job <b>ran</b> twice').first().waitFor(soon);
    // The keys of the view work again.
    await vi.waitFor(
      async () => expect(await page.evaluate('document.activeElement.id')).not.toBe('comment'),
      patience,
    );
  });

  it('sees what a silence would mute before it begins, and ends it again', async () => {
    const { page } = watched;
    await page.getByRole('button', { name: /^Silence/ }).click();
    await page
      .getByText(/1 open alert/)
      .first()
      .waitFor(soon);
    await page
      .getByRole('button', { name: /^(Start|Silence|Mute)/ })
      .last()
      .click();
    await vi.waitFor(async () => expect(await silences('active')).toHaveLength(1), patience);
    await page
      .getByRole('link', { name: /^Silences/ })
      .first()
      .click();
    await page.getByRole('button', { name: 'End now' }).click(soon);
    await vi.waitFor(async () => expect(await silences('active')).toHaveLength(0), patience);
  });

  it('sees that it is over, without a reload', async () => {
    const { page } = watched;
    await page.getByRole('link', { name: 'Now', exact: true }).first().click();
    machine.uses(0.2);
    await vi.waitFor(async () => expect((await openAlerts()).alerts[0]!.status).toBe('resolved'), patience);
    await page.getByRole('heading', { name: /normal/ }).waitFor(soon);
  });

  it('has seen no error, and the page asked no other origin', () => {
    expect(watched.faults).toEqual([]);
  });
});

async function silences(state: string): Promise<readonly unknown[]> {
  return (await offbeat.get<{ silences: readonly unknown[] }>(`/api/silences?state=${state}`)).silences;
}
