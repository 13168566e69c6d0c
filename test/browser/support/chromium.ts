import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** The places where Debian, Ubuntu and others install Chromium. */
const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * Starts Chromium, which reaches loopback alone.
 * @throws {Error} if none is installed
 */
export function startChromium(): Promise<Browser> {
  const executablePath = [process.env.CHROMIUM ?? '', ...places].find((place) => existsSync(place));
  if (executablePath === undefined)
    throw new Error('no Chromium: install it (Debian: chromium), or name it in CHROMIUM');
  return chromium.launch({
    executablePath,
    // Tests may run as root, where Chromium has no sandbox. They open their own pages alone.
    chromiumSandbox: false,
    args: [
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
      '--disable-background-networking',
      '--disable-component-update',
    ],
  });
}
