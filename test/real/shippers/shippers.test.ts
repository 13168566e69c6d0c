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
import { isDebian, newShipper, patience, type Shipper, shippedBroker, timeout, withBusyProcessors } from './shipper.ts';

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

describe.skipIf(!isDebian)('collectd', () => {
  /** The value lists that it shipped, with at least one value. */
  const valueLists = async (): Promise<readonly { readonly plugin: string; readonly values: readonly unknown[] }[]> =>
    (await machine.beats())
      .flatMap(({ value }) => JSON.parse(String(value)))
      .filter((list) => list.plugin !== undefined && list.values.some((value: unknown) => value !== null));

  async function start(collectd: Shipper): Promise<void> {
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
  }

  async function collects(collectd: Shipper, times: number): Promise<void> {
    const loads = async () => (await valueLists()).filter(({ plugin }) => plugin === 'load').length;
    const wanted = (await loads()) + times;
    await vi.waitUntil(async () => {
      collectd.checkIsRunning();
      return (await loads()) >= wanted;
    }, patience);
  }

  it('gets one alert for busy processors, none for its restart, and a sample of each value list', {
    timeout,
  }, async () => {
    const collectd = newShipper();
    await start(collectd);
    await collects(collectd, collectionsToLearn);
    expect(await alertsAbout('node-a')).toEqual([]);
    await withBusyProcessors(() => vi.waitUntil(async () => (await alertsAbout('node-a')).length > 0, patience));
    await collectd.stop();
    await start(collectd);
    await collects(collectd, 30);
    await collectd.stop();
    await settle();
    expect(await alertsAbout('node-a')).toHaveLength(1);
    expect(samplesOf('collectd')).toHaveLength((await valueLists()).length);
  });
});

describe.skipIf(!hasGo)('the OpenTelemetry Collector', () => {
  const points = async () => countDataPoints(await collectors.shipped());

  /** Returns the number of values that the warehouse has of the Collector's data points. */
  const storedValues = (): number =>
    samplesOf('opentelemetry').reduce(
      (total, row) => total + Object.keys(sampleDocument.read(row).measurements).length,
      0,
    );

  it('over Kafka gets one alert for busy processors, none for its restart, and a value for each data point', {
    timeout,
  }, async () => {
    const host = `host/${hostname()}`;
    expect(await alertsAbout(host)).toEqual([]);
    const shipper = newShipper();
    collectors.start(shipper, 'kafka');
    await collectors.collects(shipper, collectionsToLearn);
    expect(await alertsAbout(host)).toEqual([]);
    await withBusyProcessors(() => vi.waitUntil(async () => (await alertsAbout(host)).length > 0, patience));
    await shipper.stop();
    collectors.start(shipper, 'kafka');
    await collectors.collects(shipper, 30);
    await shipper.stop();
    await settle();
    expect(await alertsAbout(host)).toHaveLength(1);
    expect(storedValues()).toBe(await points());
  });

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
