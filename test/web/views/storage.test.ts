import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InventoryItem } from '../../../web/api/inventory-types.ts';
import type { PastTrouble } from '../../../web/views/machines/past-trouble.ts';
import { axisLabels, dotAxis } from '../../../web/views/storage/dot-axis.ts';
import { csvName, serversCsv } from '../../../web/views/storage/export-servers.ts';
import { type Forecast, forecastOf, growthOf } from '../../../web/views/storage/forecast.ts';
import { storageSentence } from '../../../web/views/storage/sentence.ts';
import {
  repeatedNames,
  reportCells,
  type Server,
  serverOf,
  totalsOf,
  usualVersion,
} from '../../../web/views/storage/servers.ts';
import { stateOf, worstServersFirst } from '../../../web/views/storage/trouble.ts';
import { designDocuments, designReport } from '../../support/design-chunkservers.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const minuteMs = 60_000;
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');
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
      facts: { 'moosefs.chunkserver.version': version!, 'moosefs.chunkserver.id': '7' },
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
    expect(design.map((server) => plain(reportCells(server).join(' ')))).toEqual(designReport);
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
    const labels = axisLabels(axis, 255).map(({ text }) => text.replace('\u00a0', ' '));
    expect(labels).toEqual(['22 %', '36 %', 'average', '28']);
    expect(axis.place(design[0]!.share!)).toBe('81.0%');
  });
});

it('a server whose master knows no numbers has dashes, and comes before those that are ok', () => {
  const [first] = designDocuments(0).flatMap(itemOf);
  const gone = serverOf({ ...first!, measurements: {}, status: 'down' });
  expect(reportCells(gone).slice(2)).toEqual(['-', '-', '-', '-']);
  expect(worstServersFirst([design[1]!, gone], new Map())[0]).toBe(gone);
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

it('no two texts above an axis touch, however narrow it is', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(share, { minLength: 1, maxLength: 9 }), fc.integer({ min: 60, max: 400 }), (shares, width) => {
      const boxes = axisLabels(dotAxis(shares, shares[0]), width).map(({ text, x, anchor }) => {
        const long = text.length * 6;
        const left = anchor === 'start' ? x : anchor === 'end' ? x - long : x - long / 2;
        return [left, left + long] as const;
      });
      boxes.sort(([a], [b]) => a - b);
      for (const [nth, [left]] of boxes.entries()) if (nth > 0) expect(left).toBeGreaterThan(boxes[nth - 1]![1]);
    }),
  );
});

describe('the growth of a server', () => {
  const hourly = Array.from({ length: 31 * 24 }, (_, nth) => (nth * dayMs) / 24);
  const growing = (hours: number, perDay: number) =>
    growthOf(
      hourly,
      hourly.map((_, nth) => (nth <= hours ? (700 + (perDay * nth) / 24) * GiB : null)),
    );

  it('tells the days until it is full: its free space by its growth', () => {
    const growth = growing(720, 2);
    expect(growth.perDay! / GiB).toBeCloseTo(2, 6);
    const forecast = forecastOf(growth, { usedBytes: 760 * GiB, totalBytes: 1_000 * GiB });
    expect(forecast).toMatchObject({ type: 'full', days: expect.closeTo(120, 6) });
  });

  it('is told from six hours of data on, and before that how much there is', () => {
    const space = { usedBytes: 1, totalBytes: 2 };
    expect(growing(6, 2).perDay! / GiB).toBeCloseTo(2, 6);
    expect(forecastOf(growing(5, 2), space)).toEqual({ type: 'no forecast', knownMs: 5 * hourMs });
    expect(forecastOf(growthOf(hourly, []), space)).toEqual({ type: 'no forecast', knownMs: 0 });
    expect(forecastOf(growing(720, 0.05), space)).toEqual({ type: 'not growing' });
    expect(forecastOf(growing(720, 2), { ...space, usedBytes: undefined })).toMatchObject({ type: 'no forecast' });
  });
});

describe('which chunkserver is full first?', () => {
  const of = (name: string, share: number, more: Partial<Server> = {}): Server => ({
    ...design[0]!,
    key: name,
    name,
    share,
    usedBytes: share * GiB,
    totalBytes: GiB,
    ...more,
  });
  const servers = [of('a', 0.5), of('b', 0.7), of('c', 0.6)];
  const told = { past: new Map<string, PastTrouble>(), span: '30 min', at: { zone: 'utc', nowMs: dayMs } } as const;
  const sentence = (all: readonly Server[], forecasts: readonly Forecast[], past = told.past) =>
    storageSentence(all, new Map(all.flatMap(({ key }, nth) => (forecasts[nth] ? [[key, forecasts[nth]]] : []))), {
      ...told,
      past,
    });
  const say = (all: readonly Server[], forecasts: readonly Forecast[]): string => plain(sentence(all, forecasts).say);
  const full = (days: number): Forecast => ({ type: 'full', days, bytesPerDay: 1 });

  it('is said, with the time until then', () => {
    expect(say(servers, [full(16.5), full(40), { type: 'not growing' }])).toBe(
      'All three chunkservers are connected without errors; at this rate a is full first, in 16 days.',
    );
    expect(say([of('a', 0.5)], [full(0.6)])).toBe(
      'The one chunkserver is connected without errors; at this rate a is full first, in 14 hours.',
    );
  });

  it('is not known without enough history, which is said with the fullest', () => {
    const none: Forecast = { type: 'no forecast', knownMs: 30 * minuteMs };
    expect(say(servers, [none, none, none])).toBe(
      'All three chunkservers are connected without errors; b is the fullest, 70.0 %; no forecast: 30 minutes of 6 hours of data.',
    );
    expect(say(servers, [{ type: 'not growing' }, none, none])).toMatch(/; b is the fullest, 70.0 %; none grows/);
  });

  it('sorts the table: what is not ok, then what is full soon, then the fuller ones', () => {
    const down = of('d', 0.1, { status: 'down' });
    const nearly = of('e', 0.97);
    const forecasts = new Map([['a', full(3)]]);
    const order = worstServersFirst([...servers, nearly, down], forecasts).map(({ name }) => name);
    expect(order).toEqual(['d', 'e', 'a', 'b', 'c']);
  });

  it('says that a server that is nearly full is not ok, although it is connected', () => {
    expect(stateOf(of('a', 0.97))).toMatchObject({ glyph: 'critical', word: 'full' });
    expect(stateOf(of('a', 0.85))).toMatchObject({ glyph: 'warning', word: 'nearly full' });
    expect(sentence([of('a', 0.97), of('b', 0.2)], [])).toMatchObject({
      glyph: 'critical',
      say: 'One of two chunkservers is not ok: a is full.',
    });
  });
});

describe('a storage in a range', () => {
  const [a, b] = [design[0]!, design[1]!];
  const trouble: PastTrouble = {
    severity: 'critical',
    alertId: 'x',
    count: 1,
    stretches: [{ fromMs: 2 * hourMs, toMs: 2 * hourMs + 90_000 }],
  };
  const told = { past: new Map([[b.path, trouble]]), span: '30 min', at: { zone: 'utc', nowMs: hourMs } } as const;

  it('that had an outage in it is told so, although all is connected again', () => {
    expect(storageSentence([a, b], new Map(), told)).toMatchObject({
      glyph: 'warning',
      say: `Both chunkservers are connected without errors; in the 30 min shown, ${b.name} had a critical alert from 02:00:00 to 02:01:30.`,
    });
  });

  it('has the server of the outage before those that were always ok', () => {
    expect(worstServersFirst([a, b], new Map())[0]).toBe(a);
    expect(worstServersFirst([a, b], new Map(), told.past)[0]).toBe(b);
  });

  it('of which nothing is heard is neither ok nor forecast, and says when it was last seen', () => {
    const unseen = [a, b].map((server) => ({ ...server, status: 'unknown', reason: 'last seen 15:32:50' }) as const);
    expect(storageSentence(unseen, new Map([[a.key, { type: 'full', days: 1, bytesPerDay: 1 }]]), told)).toMatchObject({
      glyph: 'unknown',
      say: 'Both chunkservers were last seen 15:32:50: the numbers below are old.',
    });
    expect(stateOf(unseen[0]!)).toEqual({ glyph: 'unknown', word: 'unknown', reason: 'last seen 15:32:50' });
  });
});

it('sizes have a decimal where they are small, so that the share can be computed from them', () => {
  expect(plain(reportCells({ ...design[0]!, totalBytes: 6_006_505_472, usedBytes: 332_398_592 }).join(' '))).toMatch(
    /5.6 GiB 317 MiB$/,
  );
});

it('the CSV of servers has plain numbers, in the order that is shown', () => {
  const lines = serversCsv([design[9]!, design[0]!], new Map()).split('\r\n');
  expect(lines).toEqual([
    'time,cluster,server,server_id,version,errors,chunks,total_bytes,used_bytes,used_share,status,days_until_full',
    `1970-01-01T00:00:00.000Z,prod,222:9513,${design[9]!.masterId},3.10.4,0,9216,3298534883328,812822560768,0.2464,ok,`,
    `1970-01-01T00:00:00.000Z,prod,50:9513,${design[0]!.masterId},3.10.4,0,12288,3298534883328,1099511627776,0.3333,ok,`,
    '',
  ]);
});

it('the file of servers is named after the storage and the time, without spaces', () => {
  expect(csvName('prod: mfs master:9421', [{ ...design[0]!, seenMs: dayMs }])).toBe(
    'chunkservers-prod-mfs-master-9421-1970-01-02T00-00-00Z.csv',
  );
});
