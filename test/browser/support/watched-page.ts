import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

/** A page of the browser, and what it must never do. */
export interface WatchedPage {
  readonly page: Page;
  /** The faults so far: errors of the console, uncaught errors, and requests to another origin. */
  readonly faults: readonly string[];
  close(): Promise<void>;
}

/** Opens a page that may reach one origin alone. */
export async function openWatched(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    timezoneId: 'Europe/Berlin',
    ...options,
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      faults.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`));
  await context.route('**', (route) => {
    const { origin: asked } = new URL(route.request().url());
    if (asked === origin) return route.continue();
    faults.push(`request outside the origin: ${route.request().url()}`);
    return route.abort();
  });
  return { page, faults, close: () => context.close() };
}
