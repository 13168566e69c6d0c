import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { patience } from '../support/patience.ts';
import { startChromium } from './support/chromium.ts';
import { incidentSettings, ShippingMachine } from './support/incident.ts';
import { RunningOffbeat } from './support/running-offbeat.ts';
import { openWatched } from './support/watched-page.ts';

const tokens = { OFFBEAT_VIEWER_TOKEN: 'viewer-token-0123456789', OFFBEAT_OPERATOR_TOKEN: 'operator-token-0123456789' };
/** The header of a proxy, behind which everybody is another machine. */
const behindProxy = { extraHTTPHeaders: { 'x-forwarded-for': '192.0.2.7' } };

let browser: Browser;
let offbeat: RunningOffbeat;
let machine: ShippingMachine;
beforeAll(async () => {
  const running = RunningOffbeat.start(incidentSettings, ['--no-replay'], tokens);
  [browser, offbeat] = await Promise.all([startChromium(), running]);
  machine = new ShippingMachine(offbeat, 'node-x', 0.99);
  await vi.waitFor(async () => expect(await firstAlert()).toBeDefined(), patience);
});
afterAll(async () => {
  machine?.stop();
  await browser?.close();
  await offbeat?.stop();
});

interface Listed {
  readonly id: string;
  readonly status: string;
}
const firstAlert = async (): Promise<Listed | undefined> =>
  (await offbeat.get<{ alerts: readonly Listed[] }>('/api/alerts?cluster=prod')).alerts[0];

/** Opens the alert as a person on another machine does, who signs in with a token. */
async function signedIn(token: string) {
  const watched = await openWatched(browser, offbeat.url, behindProxy);
  const { id } = (await firstAlert())!;
  await watched.page.goto(`${offbeat.url}/alerts/${id}`);
  await watched.page.getByLabel('Access token').fill(token);
  await watched.page.getByRole('button', { name: 'Sign in' }).click();
  return watched;
}

describe('a person on another machine', () => {
  it('sees nothing but the way in, and is told that a token is wrong', async () => {
    const { page, close } = await signedIn('wrong-token-0123456789');
    await page.getByRole('alert').waitFor();
    expect(await page.getByText('node-x').count()).toBe(0);
    await close();
  });

  it('sees, with the token of a viewer, the alert that was asked for, and no control that acts', async () => {
    const { page, close } = await signedIn(tokens.OFFBEAT_VIEWER_TOKEN);
    await page.getByRole('heading', { name: 'Why was I paged?' }).waitFor({ timeout: patience.timeout });
    for (const name of [/^Acknowledge/, /^Silence/, /^Resolve/, /^Useful/]) {
      for (const button of await page.getByRole('main').getByRole('button', { name }).all()) {
        expect(await button.isDisabled()).toBe(true);
      }
    }
    // Nor do the keys.
    await page.keyboard.press('a');
    await page.keyboard.press('r');
    await page.goto(`${offbeat.url}/silences`);
    await page.locator('main h2').first().waitFor({ timeout: patience.timeout });
    expect((await firstAlert())!.status).toBe('open');
    await close();
  });

  it('acts with the token of an operator', async () => {
    const { page, close } = await signedIn(tokens.OFFBEAT_OPERATOR_TOKEN);
    await page
      .getByRole('button', { name: /^Acknowledge/ })
      .first()
      .click({ timeout: patience.timeout });
    await vi.waitFor(async () => expect((await firstAlert())!.status).toBe('acknowledged'), patience);
    await close();
  });
});
