import { expect, it } from 'vitest';
import { pagesFrom } from '../../../web/alerts/pages-from.ts';
import type { Alert, Alerts } from '../../../web/api/alert-types.ts';

/** Returns a reader of pages of two alerts, the newest first; a cursor names the last alert of the page before. */
const readerOf =
  (ids: readonly string[]) =>
  async (cursor?: string): Promise<Alerts> => {
    const from = cursor === undefined ? 0 : ids.indexOf(cursor) + 1;
    const page = ids.slice(from, from + 2);
    const next = from + 2 < ids.length ? page.at(-1) : undefined;
    return { alerts: page.map((id) => ({ id }) as Alert), next } as Alerts;
  };

it('no alert vanishes from pages that were read when new ones arrive', async () => {
  const read = readerOf(['new-2', 'new-1', 'd', 'c', 'b', 'a']);
  const { alerts, next } = await pagesFrom(await read(), 3, read);
  expect(alerts.map(({ id }) => id)).toEqual(['new-2', 'new-1', 'd', 'c', 'b', 'a']);
  expect(next).toBeUndefined();
});

it('the pages after those that were asked for are not read', async () => {
  const read = readerOf(['d', 'c', 'b', 'a', 'z']);
  expect(await pagesFrom(await read(), 2, read)).toMatchObject({ alerts: [{}, {}, {}, {}], next: 'a' });
});
