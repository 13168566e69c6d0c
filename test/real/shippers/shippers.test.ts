import { appendFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { minuteMs } from '../../../functions/shared/domain/durations.ts';
import { sampleDocument } from '../../../functions/shared/warehouse/sample-document.ts';
import { OneMachine } from '../one-machine.ts';
import { debianPackages } from '../servers/artifacts.ts';
import { collector, hasGo } from '../servers/collector.ts';
import { Collectors } from './collectors.ts';
import { configuration } from './configuration.ts';
import { countDataPoints, countLogRecords } from './count-otlp.ts';
import { countedLines } from './counted-lines.ts';
import { isDebian, newShipper, patience, shippedBroker, timeout, withBusyProcessors } from './shipper.ts';

/* Each shipper is run with its configuration of docs/shippers.md, and with one collection a second. */

/** The collections after which the detector knows what is usual on this machine. */
const collectionsToLearn = 60;

let machine: OneMachine;
let collectors: Collectors;
beforeAll(async () => {
  // Nothing else may keep the processors busy, as the building does.
  const program = hasGo ? await collector() : undefined;
  machine = await OneMachine.open();
  await machine.start();
  if (program !== undefined) collectors = await Collectors.open(machine, program);
}, 2_100_000);
afterAll(() => machine[Symbol.asyncDispose]());

interface ShownAlert {
  readonly id: string;
  readonly summary: string;
}

/** Returns the alerts about an entity. */
async function alertsAbout(entity: string): Promise<readonly ShownAlert[]> {
  const response = await fetch(`${machine.url}/api/alerts`);
  const { alerts } = (await response.json()) as { readonly alerts: readonly ShownAlert[] };
  return alerts.filter((alert) => JSON.stringify(alert).includes(`/${entity} `));
}

/** Returns the samples in the warehouse that a shipper made. */
const samplesOf = (shipper: string) =>
  machine.documents('offbeat-samples').filter((sample) => sample['agent.type'] === shipper);

/** Waits until everything that was shipped is in the warehouse. */
const settle = () => vi.waitUntil(() => machine.isSettled(), patience);

/** A shipper whose host is watched while the processors of the machine are busy. */
interface Watched {
  /** The end of its host's path. */
  readonly host: string;
  start(): Promise<void>;
  /** Waits until it has collected that often again. */
  collects(times: number): Promise<void>;
  stop(): Promise<void>;
  /** The number of values, or lists of them, that it has shipped, and of those in the warehouse. */
  shipped(): Promise<number>;
  stored(): number;
}

function watchedCollectd(): Watched {
  const collectd = newShipper();
  /** The value lists that it shipped, with at least one value. */
  const valueLists = async (): Promise<readonly { readonly plugin: string; readonly values: readonly unknown[] }[]> =>
    (await machine.beats())
      .map(({ value }) => String(value))
      // Those of the Collector are no JSON.
      .flatMap((text) => (text.startsWith('[{') ? JSON.parse(text) : []))
      .filter((list) => list.plugin !== undefined && list.values.some((value: unknown) => value !== null));
  const loads = async () => (await valueLists()).filter(({ plugin }) => plugin === 'load').length;
  return {
    host: 'node-a',
    async start() {
      const files = await debianPackages('collectd', 'collectd-core', 'librdkafka1', 'libyajl2');
      const places = `BaseDir "${collectd.folder}"
PIDFile "${collectd.folder}/pid"
PluginDir "${files}/usr/lib/collectd"
TypesDB "${files}/usr/share/collectd/types.db"
`;
      const texts = { 'Interval 10': 'Interval 1', [shippedBroker]: machine.broker };
      const config = collectd.write('collectd.conf', places + configuration('collectd.conf', texts));
      const env = { LD_LIBRARY_PATH: join(files, 'usr/lib/x86_64-linux-gnu') };
      collectd.start(join(files, 'usr/sbin/collectd'), ['-f', '-C', config], env);
    },
    async collects(times) {
      const wanted = (await loads()) + times;
      await vi.waitUntil(async () => {
        collectd.checkIsRunning();
        return (await loads()) >= wanted;
      }, patience);
    },
    stop: () => collectd.stop(),
    shipped: async () => (await valueLists()).length,
    stored: () => samplesOf('collectd').length,
  };
}

const points = async () => countDataPoints(await collectors.shipped());

/** Returns the number of values that the warehouse has of the Collector's data points. */
const storedValues = (): number =>
  samplesOf('opentelemetry').reduce(
    (total, row) => total + Object.keys(sampleDocument.read(row).measurements).length,
    0,
  );

function watchedCollector(): Watched {
  const shipper = newShipper();
  return {
    host: `host/${hostname()}`,
    start: async () => collectors.start(shipper, 'kafka'),
    collects: (times) => collectors.collects(shipper, times),
    stop: () => shipper.stop(),
    shipped: points,
    stored: storedValues,
  };
}

describe.skipIf(!isDebian && !hasGo)('collectd and the OpenTelemetry Collector over Kafka', () => {
  // Both at once, because the processors are busy for the host of each.
  it('get one alert each for busy processors, none for their restart, and store all that they ship', {
    timeout,
  }, async () => {
    const all = [...(isDebian ? [watchedCollectd()] : []), ...(hasGo ? [watchedCollector()] : [])];
    const ofAll = <T>(work: (shipper: Watched) => T | Promise<T>) => Promise.all(all.map(work));
    const alerts = () => ofAll(async ({ host }) => (await alertsAbout(host)).length);
    await ofAll((shipper) => shipper.start());
    await ofAll((shipper) => shipper.collects(collectionsToLearn));
    expect(await alerts()).toEqual(all.map(() => 0));
    await withBusyProcessors(() => vi.waitUntil(async () => (await alerts()).every((count) => count > 0), patience));
    await ofAll((shipper) => shipper.stop());
    await ofAll((shipper) => shipper.start());
    await ofAll((shipper) => shipper.collects(30));
    await ofAll((shipper) => shipper.stop());
    await settle();
    expect(await alerts()).toEqual(all.map(() => 1));
    expect(await ofAll(({ stored }) => stored())).toEqual(await ofAll(({ shipped }) => shipped()));
  });
});

describe.skipIf(!hasGo)('the OpenTelemetry Collector', () => {
  it('over HTTP gets a value for each data point', { timeout }, async () => {
    const [pointsBefore, valuesBefore] = [await points(), storedValues()];
    const shipper = newShipper();
    collectors.start(shipper, 'otlp_http');
    await collectors.collects(shipper, 10);
    await shipper.stop();
    await settle();
    expect(storedValues() - valuesBefore).toBe((await points()) - pointsBefore);
  });

  it('has each line of a file counted once, in the level of its severity', { timeout }, async () => {
    const shipper = newShipper();
    collectors.start(shipper, 'kafka');
    const file = join(shipper.folder, 'logs', 'app.log');
    await collectors.collects(shipper, 2);
    for (let nth = 0; nth < 50; nth += 1) appendFileSync(file, `line ${nth}\n`);
    await vi.waitUntil(async () => countLogRecords(await collectors.shipped()) >= 50, patience);
    await shipper.stop();
    await expect
      .poll(() => countedLines(machine, 'app.log'), { timeout: 4 * minuteMs, interval: 500 })
      .toBe(countLogRecords(await collectors.shipped()));
  });
});
