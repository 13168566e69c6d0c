import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InventoryItem } from '../../../web/api/inventory-types.ts';
import { dotAxis } from '../../../web/views/storage/dot-axis.ts';
import { forecastOf, growthPerDay } from '../../../web/views/storage/forecast.ts';
import {
  repeatedNames,
  reportCells,
  serverOf,
  totalsOf,
  usualVersion,
  worstServersFirst,
} from '../../../web/views/storage/servers.ts';
import { designDocuments, designReport } from '../../support/design-chunkservers.ts';

const dayMs = 86_400_000;
const GiB = 2 ** 30;

/** Returns a chunkserver as the inventory has it, from a document of its collection. */
function itemOf({ moosefs }: ReturnType<typeof designDocuments>[number]): InventoryItem[] {
  const server = moosefs.chunkserver;
  if (server === undefined) return [];
  const { ip, port, version, chunks, errors, space, server_id: id } = server;
  const name = `${ip}:${port}`;
  return [
    {
      entity: { cluster: 'prod', kind: 'chunkserver', name },
      timestampMs: 0,
      dataset: 'moosefs.chunkserver',
      dimensions: id === undefined ? {} : { server_id: id },
      measurements: {
        'moosefs.chunkserver.errors': errors!,
        'moosefs.chunkserver.chunks': chunks!,
        'moosefs.chunkserver.space.used.bytes': space!.used.bytes,
        'moosefs.chunkserver.space.total.bytes': space!.total.bytes,
      },
      facts: { 'moosefs.chunkserver.version': version! },
      kind: 'chunkserver',
      role: 'server',
      status: 'ok',
      sinceMs: 0,
      seenMs: 0,
    },
  ];
}

const design = designDocuments(0).flatMap(itemOf).map(serverOf);

describe('the chunkservers of the design', () => {
  it('are shown as they are written there', () => {
    expect(design.map((server) => reportCells(server).join(' '))).toEqual(designReport);
  });

  it('are ten rows, two of which have one name and series of their own', () => {
    expect(new Set(design.map(({ key }) => key)).size).toBe(10);
    expect([...repeatedNames(design)]).toEqual(['119:9513']);
    expect(design[4]!.usedSeries).toBe('prod/chunkserver/119:9513 moosefs.chunkserver.space.used.bytes{server_id=5}');
  });

  it('hold 32 % of 30 TiB, and the fullest is 27 % of the average from the emptiest', () => {
    const totals = totalsOf(design);
    expect(totals.share).toBeCloseTo(0.32, 2);
    expect(totals.totalBytes).toBe(30 * 2 ** 40);
    expect(totals.imbalance).toBeCloseTo(0.27, 2);
    expect(usualVersion(design)).toBe('3.10.4');
  });

  it('have an axis from 22 to 36 % with the average', () => {
    const axis = dotAxis(
      design.flatMap(({ share }) => share ?? []),
      totalsOf(design).meanShare,
    );
    expect([axis.least, axis.most]).toEqual([22, 36]);
    expect(axis.labels.map(({ text }) => text.replace('\u00a0', ' '))).toEqual(['22 %', '36 %', 'average', '28']);
    expect(axis.place(design[0]!.share!)).toBe('81.0%');
  });
});

it('a server whose master knows no numbers has dashes, and comes before those that are ok', () => {
  const [first] = designDocuments(0).flatMap(itemOf);
  const gone = serverOf({ ...first!, measurements: {}, status: 'down' });
  expect(reportCells(gone).slice(2)).toEqual(['-', '-', '-', '-']);
  expect(worstServersFirst([design[1]!, gone])[0]).toBe(gone);
});

it('an axis holds every share, whatever they are', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }), (shares) => {
      const axis = dotAxis(shares, shares[0]);
      expect(axis.most).toBeGreaterThan(axis.least);
      for (const share of shares) {
        expect(share * 100).toBeGreaterThanOrEqual(axis.least - 1e-9);
        expect(share * 100).toBeLessThanOrEqual(axis.most + 1e-9);
      }
    }),
  );
});

describe('the days until a server is full', () => {
  const days = Array.from({ length: 31 }, (_, nth) => nth * dayMs);

  it('are its free space by its growth', () => {
    const growth = growthPerDay(
      days,
      days.map((_, nth) => (700 + 2 * nth) * GiB),
    );
    expect(growth! / GiB).toBeCloseTo(2, 6);
    const forecast = forecastOf(growth, { usedBytes: 760 * GiB, totalBytes: 1_000 * GiB });
    expect(forecast).toMatchObject({ type: 'full', days: expect.closeTo(120, 6) });
  });

  it('are not told with less than three days of data, without growth, or without space', () => {
    const short = days.slice(0, 3);
    expect(
      growthPerDay(
        short,
        short.map((_, nth) => nth * GiB),
      ),
    ).toBeUndefined();
    expect(
      growthPerDay(
        days,
        days.map(() => null),
      ),
    ).toBeUndefined();
    expect(forecastOf(undefined, { usedBytes: 1, totalBytes: 2 })).toEqual({ type: 'no forecast' });
    expect(forecastOf(0.05 * GiB, { usedBytes: 1, totalBytes: 2 })).toEqual({ type: 'not growing' });
    expect(forecastOf(GiB, { usedBytes: undefined, totalBytes: 2 })).toEqual({ type: 'no forecast' });
  });
});
