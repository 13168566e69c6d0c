import { setInterval } from 'node:timers/promises';
import { patience } from '../../support/patience.ts';

/**
 * Waits until a look returns something, in tests and in scripts.
 * @returns what it returned
 * @throws {Error} if it returned nothing for a minute
 */
export async function until<Found>(look: () => Promise<Found | undefined>, what: string): Promise<Found> {
  const endsAtMs = performance.now() + patience.timeout;
  for await (const _ of setInterval(patience.interval)) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > endsAtMs) break;
  }
  throw new Error(`${what} was not seen for ${patience.timeout / 1_000} s`);
}
