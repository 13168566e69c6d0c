import { table } from '../docs/tables/markdown.ts';
import type { Bill } from './cost/bill.ts';
import { type CloudWatch, cloudWatch } from './cost/cloudwatch.ts';
import { heartbeats, waitingHeartbeatsUsd } from './cost/heartbeats.ts';
import { measured } from './cost/measured.ts';
import { dollars, millions, whole } from './cost/month.ts';
import { prices, sources } from './cost/prices.ts';
import { billOfScale, scaleWindowMs } from './cost/scales.ts';
import { gbSecondsAMonth, replacedGigabytesADay, requestsADay, warehouseOf } from './cost/use.ts';

/* The cost model of docs/scale.md, whose tables `npm run docs` writes. */

/** Series measured every 10 seconds. */
const scales = [1_000, 100_000, 1_000_000] as const;
/** The shortest window that Lambda has. */
const shortWindowMs = 500;

const bills = scales.map((series) => billOfScale(series, { windowMs: scaleWindowMs }));
const shortBills = scales.map((series) => billOfScale(series, { windowMs: shortWindowMs }));
const compressedBills = scales.map((series) =>
  billOfScale(series, { windowMs: scaleWindowMs, shrinks: measured.gzipShrinks }),
);
const onCloudWatchOf = scales.map((series) => cloudWatch(series));

/** Every table by the name in its markers. */
export const tables: ReadonlyMap<string, string> = new Map([
  ['topics', topicsTable()],
  ['functions', functionsTable()],
  ['state', stateTable()],
  ['heartbeats', heartbeatsTable()],
  ['warehouse', warehouseTable()],
  ['bill', billTable()],
  ['windows', windowsTable()],
  ['cloudwatch', cloudWatchTable()],
  ['prices', pricesTable()],
]);

function rowsFor(name: string, of: (bill: Bill, nth: number) => string): string[] {
  return [name, ...bills.map(of)];
}

function topicsTable(): string {
  const rows = bills[0]!.flow.streams.map(({ topic }, at) =>
    rowsFor(`\`${topic}\``, ({ flow }) => {
      const { records, bytes, partitions } = flow.streams[at]!;
      return `${rate(records)}, ${rate(bytes / 1e6)} MB/s, ${partitions}`;
    }),
  );
  return table(['records/s, MB/s, partitions', ...scaleNames()], rows);
}

function functionsTable(): string {
  const rows = bills[0]!.flow.works.map(({ name }, at) =>
    rowsFor(`\`${name}\``, ({ flow }) => {
      const { batch, seconds, invocationsASecond, busyShare } = flow.works[at]!;
      const busy = `${Math.round(100 * busyShare)} %`;
      return `${rate(invocationsASecond)}/s of ${whole(batch)} in ${whole(1000 * seconds)} ms, ${busy}`;
    }),
  );
  rows.push(rowsFor('GB-seconds a month', ({ flow }) => millions(gbSecondsAMonth(flow.works))));
  return table(['invocations/s of records, time, busy', ...scaleNames()], rows);
}

function stateTable(): string {
  return table(
    ['a day', ...scaleNames()],
    [
      rowsFor('partitions of `samples`', ({ flow }) => whole(flow.statePartitions)),
      rowsFor('state', ({ flow }) => `${rate(flow.stateMegabytes)} MB`),
      rowsFor('blocks', ({ flow }) => whole(Math.max(1, flow.stateMegabytes * 10))),
      rowsFor('written to S3, and replaced', ({ flow }) => `${rate(replacedGigabytesADay(flow))} GB`),
      rowsFor('each day of `restoreDays`', ({ flow }) => {
        const usd = replacedGigabytesADay(flow) * prices.s3GbMonth.usd;
        return `$${usd.toFixed(2)} a month`;
      }),
      rowsFor('PUT and LIST', ({ flow }) => whole(requestsADay(flow).puts)),
      rowsFor('GET', ({ flow }) => whole(requestsADay(flow).gets)),
      rowsFor('write units', ({ flow }) => whole(requestsADay(flow).writeUnits)),
      rowsFor('read units', ({ flow }) => whole(requestsADay(flow).readUnits)),
    ],
  );
}

/** Returns the table of heartbeats, a row for each period. */
function heartbeatsTable(): string {
  const rows = [2, 5, 10].map((seconds) => {
    const { usd, of } = heartbeats(seconds * 1_000);
    return [`${seconds} s`, of, cents(usd), cents(waitingHeartbeatsUsd)];
  });
  return table(['heartbeats every', 'delayed messages', 'USD a month', 'one invocation that waits'], rows);
}

function cents(usd: number): string {
  return `$${usd.toFixed(2)}`;
}

function warehouseTable(): string {
  return table(
    ['one copy', ...scaleNames()],
    [
      rowsFor('documents a day', ({ flow }) => whole(warehouseOf(flow).documentsADay)),
      rowsFor('GB a day', ({ flow }) => rate(warehouseOf(flow).bytesADay / 1e9)),
      rowsFor('GB kept', ({ flow }) => rate(warehouseOf(flow).keptBytes / 1e9)),
      rowsFor('GB free for the largest merge', ({ flow }) => rate(warehouseOf(flow).mergeBytes / 1e9)),
    ],
  );
}

function billTable(): string {
  const rows = bills[0]!.parts.map(({ name }, at) =>
    rowsFor(name, ({ parts }) => `**${dollars(parts[at]!.usd)}** ${parts[at]!.of}`),
  );
  rows.push(rowsFor('**together**', ({ usd }) => `**${dollars(usd)}**`));
  return table(['USD a month', ...scaleNames()], rows);
}

function windowsTable(): string {
  const partOf = (bill: Bill, name: string) => bill.parts.find((part) => part.name === name)!.usd;
  const short = (of: (bill: Bill) => string) => (_: Bill, nth: number) => of(shortBills[nth]!);
  return table(
    ['USD a month', ...scaleNames()],
    [
      ...['Lambda', 'S3', 'DynamoDB'].flatMap((name) => [
        rowsFor(`${name}, 5 s`, (bill) => dollars(partOf(bill, name))),
        rowsFor(
          `${name}, 500 ms`,
          short((bill) => dollars(partOf(bill, name))),
        ),
      ]),
      rowsFor('together, 5 s', ({ usd }) => dollars(usd)),
      rowsFor(
        'together, 500 ms',
        short(({ usd }) => dollars(usd)),
      ),
    ],
  );
}

/** Returns the cost of the same on CloudWatch, by the period of its alarms. */
export function onCloudWatch({ metricsUsd, requestsUsd, alarmsUsd, fastAlarmsUsd }: CloudWatch) {
  const rest = metricsUsd + requestsUsd;
  return { everyTenSeconds: rest + fastAlarmsUsd, everyMinute: rest + alarmsUsd };
}

function cloudWatchTable(): string {
  const ratio = (bill: Bill, usd: number) => `1/${Math.round(usd / bill.usd)}`;
  return table(
    ['USD a month', ...scaleNames()],
    [
      rowsFor('custom metrics', (_, nth) => dollars(onCloudWatchOf[nth]!.metricsUsd)),
      rowsFor('PutMetricData', (_, nth) => dollars(onCloudWatchOf[nth]!.requestsUsd)),
      rowsFor('anomaly alarms that look every 10 s', (_, nth) => dollars(onCloudWatchOf[nth]!.fastAlarmsUsd)),
      rowsFor('or every 60 s', (_, nth) => dollars(onCloudWatchOf[nth]!.alarmsUsd)),
      rowsFor('CloudWatch, looking every 10 s', (_, nth) =>
        dollars(onCloudWatch(onCloudWatchOf[nth]!).everyTenSeconds),
      ),
      rowsFor('CloudWatch, looking every 60 s', (_, nth) => dollars(onCloudWatch(onCloudWatchOf[nth]!).everyMinute)),
      rowsFor('Offbeat', ({ usd }) => dollars(usd)),
      rowsFor('Offbeat, were topics compressed', (_, nth) => dollars(compressedBills[nth]!.usd)),
      rowsFor('Offbeat against 10 s', (bill, nth) => ratio(bill, onCloudWatch(onCloudWatchOf[nth]!).everyTenSeconds)),
      rowsFor('Offbeat against 60 s', (bill, nth) => ratio(bill, onCloudWatch(onCloudWatchOf[nth]!).everyMinute)),
    ],
  );
}

function pricesTable(): string {
  const rows = Object.values(prices).map((price) => [
    price.per,
    `$${price.usd < 0.001 ? `${Number((price.usd * 1e6).toPrecision(6))} a million` : price.usd}`,
    'unverified' in price ? `${price.source}, unverified` : price.source,
  ]);
  const named = Object.entries(sources).map(([name, where]) => `- ${name}: ${where}.`);
  return `${table(['each', 'price', 'source'], rows)}\n\n${named.join('\n')}`;
}

function scaleNames(): string[] {
  return ['1 k series', '100 k series', '1 M series'];
}

/** Returns a number with three significant digits, down to a thousandth. */
function rate(value: number): string {
  if (value > 0 && value < 0.001) return '< 0.001';
  return value >= 100 ? whole(value) : String(Number(value.toPrecision(value < 1 ? 2 : 3)));
}
