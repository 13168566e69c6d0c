/*
 * Writes the pictures of docs/console.md: every view over the bundled recording, and the chunkservers of the design. Run by
 * `npm run pictures`, with Chromium installed.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { designDocuments } from '../support/design-chunkservers.ts';
import { startChromium } from './support/chromium.ts';
import { RunningOffbeat } from './support/running-offbeat.ts';
import { openWatched } from './support/watched-page.ts';

const folder = join(import.meta.dirname, '../../docs/pictures/console');
const recorded = 'cluster=recorded&from=2026-11-23T15:14:50Z&to=2026-11-23T15:29:50Z';
const desk = { width: 1280, height: 860 };
const phone = { width: 390, height: 844 };

interface Picture {
  readonly name: string;
  readonly path: string;
  readonly theme?: 'dark';
  readonly viewport?: typeof phone;
}

const pictures = (alertId: string): readonly Picture[] => [
  { name: 'now', path: `/?${recorded}` },
  { name: 'now-dark', path: `/?${recorded}`, theme: 'dark' },
  { name: 'now-phone', path: `/?${recorded}`, viewport: phone },
  { name: 'machines', path: `/machines?${recorded}` },
  { name: 'machine', path: `/machines/recorded/host/node-m?${recorded}` },
  { name: 'throughput', path: `/throughput?${recorded}` },
  { name: 'queues', path: `/queues?${recorded}` },
  { name: 'cluster', path: `/cluster?${recorded}` },
  { name: 'storage', path: '/storage?cluster=local' },
  { name: 'alert', path: `/alerts/${alertId}` },
  { name: 'alerts', path: `/alerts?${recorded}` },
  {
    name: 'explore',
    path: `/explore?${recorded}&band=1&series=recorded/host/node-m system.diskio.write.bytes{device=loop6}`,
  },
  { name: 'silences', path: '/silences' },
  { name: 'receivers', path: '/receivers' },
  { name: 'dead-letters', path: '/dead-letters' },
  { name: 'settings', path: '/settings' },
];

async function write(browser: Browser, offbeat: RunningOffbeat, picture: Picture): Promise<void> {
  const { name, path, theme = 'light', viewport = desk } = picture;
  const { page, faults, close } = await openWatched(browser, offbeat.url, { viewport });
  const address = new URL(path, offbeat.url);
  address.searchParams.set('theme', theme);
  await page.goto(address.href);
  await page.locator('main h2').first().waitFor();
  await page.locator('main [aria-busy="true"]').first().waitFor({ state: 'detached' });
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
  await close();
  for (const fault of faults) console.error(`${name}: ${fault}`);
}

mkdirSync(folder, { recursive: true });
const [browser, offbeat] = await Promise.all([startChromium(), RunningOffbeat.start('{}\n')]);
try {
  await offbeat.ship(designDocuments(Date.now()));
  const found = await offbeat.alertsOfRecording();
  const alert = found.find(({ title }) => title.includes('chunkserver')) ?? found[0]!;
  for (const picture of pictures(alert.id)) await write(browser, offbeat, picture);
} finally {
  await browser.close();
  await offbeat.stop();
}
