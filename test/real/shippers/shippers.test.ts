import { execFile } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { minuteMs } from '../../../functions/shared/domain/durations.ts';
import { sampleDocument } from '../../../functions/shared/warehouse/sample-document.ts';
import { summaryDocument } from '../../../functions/shared/warehouse/summary-document.ts';
import { KafkaReader, testAdmin } from '../kafka.ts';
import { OneMachine } from '../one-machine.ts';
import { debianPackages } from '../servers/artifacts.ts';
import { collector, hasGo } from '../servers/collector.ts';
import { configuration } from './configuration.ts';
import { countDataPoints, countLogRecords } from './count-otlp.ts';
import { Shipper, withBusyProcessors } from './shipper.ts';

/* Each shipper is run with its configuration of docs/shippers.md, and with one collection a second. */

const run = promisify(execFile);
const patience = { timeout: 240_000, interval: 200 };
const timeout = 900_000;
/** The collections after which the detector knows what is usual on this machine. */
const collectionsToLearn = 60;
const shippedBroker = 'kafka.example.com:9092';

let machine: OneMachine;
let program: string | undefined;
beforeAll(async () => {
  // Nothing else may keep the processors busy, as the building does.
  if (hasGo) program = await collector();
  machine = await OneMachine.open();
  await machine.start();
}, 2_100_000);
afterAll(() => machine[Symbol.asyncDispose]());

const shippers: Shipper[] = [];
afterEach(async () => {
  for (const shipper of shippers.splice(0)) await shipper.remove();
});

function newShipper(): Shipper {
  const shipper = new Shipper();
  shippers.push(shipper);
  return shipper;
}

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

/** Returns the number of log records that the minutes of a dataset have counted, of one level or of all. */
const countedLines = (dataset: string, level?: string): number =>
  machine
    .documents('offbeat-summaries')
    .map((row) => summaryDocument.read(row))
    .filter(
      (summary) => summary.dataset === dataset && (level ?? summary.dimensions.level) === summary.dimensions.level,
    )
    .reduce((total, { metrics }) => total + (metrics['log.records']?.last ?? 0), 0);

/** Waits until everything that was shipped is in the warehouse. */
const settle = () => vi.waitUntil(() => machine.isSettled(), patience);

const isDebian = existsSync('/usr/bin/apt-get') && existsSync('/usr/bin/dpkg-deb');

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

describe.skipIf(!isDebian)('rsyslog', () => {
  async function start(rsyslog: Shipper): Promise<void> {
    const files = await debianPackages(
      'rsyslog',
      'rsyslog',
      'rsyslog-kafka',
      'librdkafka1',
      'libestr0',
      'libfastjson4',
      'liblognorm5',
    );
    const libraries = join(files, 'usr/lib/x86_64-linux-gnu');
    const config = rsyslog.write(
      'rsyslog.conf',
      configuration('rsyslog.conf', {
        [shippedBroker]: machine.broker,
        'module(load="imuxsock")': `module(load="imuxsock" SysSock.Use="off")\ninput(type="imuxsock" Socket="${rsyslog.folder}/log")`,
      }),
    );
    const args = ['-n', '-f', config, '-i', `${rsyslog.folder}/pid`, '-M', join(libraries, 'rsyslog')];
    rsyslog.start(join(files, 'usr/sbin/rsyslogd'), args, { LD_LIBRARY_PATH: libraries });
    await vi.waitUntil(() => existsSync(`${rsyslog.folder}/log`), patience);
  }

  const log = (rsyslog: Shipper, severity: string, text: string) =>
    run('logger', ['-u', `${rsyslog.folder}/log`, '-p', `user.${severity}`, '-t', 'app', text]);

  /** Waits until so many lines with a text are on the topic: rsyslog forgets what it has not read from its socket when it is stopped. */
  async function ships(text: string, count: number): Promise<void> {
    const shipped = async () => (await machine.beats()).filter(({ value }) => String(value).includes(text)).length;
    await vi.waitUntil(async () => (await shipped()) >= count, patience);
  }

  it('has each line counted once, in the minute and the level of its message, beyond a restart', {
    timeout,
  }, async () => {
    const rsyslog = newShipper();
    await start(rsyslog);
    for (let nth = 0; nth < 40; nth += 1) await log(rsyslog, nth % 4 === 0 ? 'err' : 'info', `line "${nth}": {a}, b`);
    await ships(': {a}, b', 40);
    await rsyslog.stop();
    await start(rsyslog);
    for (let nth = 0; nth < 20; nth += 1) await log(rsyslog, 'warning', `after the restart: ${nth}`);
    await ships('after the restart', 20);
    await rsyslog.stop();
    await expect
      .poll(() => ['error', 'info', 'warning'].map((level) => countedLines('syslog', level)), {
        timeout: 4 * minuteMs,
        interval: 500,
      })
      .toEqual([10, 30, 20]);
  });
});

describe.skipIf(!hasGo)('the OpenTelemetry Collector', () => {
  beforeAll(async () => {
    const admin = testAdmin({ brokers: [machine.broker] });
    await admin.createTopics({ topics: [countTopic], partitions: 1, replicas: 1 }).finally(() => admin.close());
  });

  /** The topic to which the Collector sends everything a second time, in JSON, to be counted. */
  const countTopic = 'counted';

  const counting = (exporter: string) => `
exporters:
  kafka/count:
    brokers: ["${machine.broker}"]
    metrics: { topic: ${countTopic}, encoding: otlp_json }
    logs: { topic: ${countTopic}, encoding: otlp_json }
service:
  telemetry: { metrics: { level: none } }
  pipelines:
    metrics: { exporters: [${exporter}, kafka/count] }
    logs: { exporters: [${exporter}, kafka/count] }
`;

  function start(shipper: Shipper, overKafka: boolean): void {
    const logs = join(shipper.folder, 'logs');
    mkdirSync(logs, { recursive: true });
    const texts = {
      [shippedBroker]: machine.broker,
      'collection_interval: 10s': 'collection_interval: 1s',
      '/var/log/app/*.log': `${logs}/*.log`,
    };
    const files = [shipper.write('otel-collector.yaml', configuration('otel-collector.yaml', texts))];
    if (!overKafka) {
      const http = configuration('otel-http.yaml', { 'http://127.0.0.1:8787': machine.url });
      files.push(shipper.write('otel-http.yaml', http));
    }
    files.push(shipper.write('counting.yaml', counting(overKafka ? 'kafka' : 'otlp_http')));
    shipper.start(
      program!,
      files.map((file) => `--config=file:${file}`),
    );
  }

  async function counted(): Promise<readonly object[]> {
    const reader = new KafkaReader({ brokers: [machine.broker] });
    const records = await reader.read(countTopic, 0).finally(() => reader.close());
    return records.map(({ value }) => JSON.parse(String(value)));
  }

  const points = async () => countDataPoints(await counted());

  async function collects(shipper: Shipper, more: number): Promise<void> {
    const collections = async () => countDataPoints(await counted(), 'system.cpu.load_average.1m');
    const wanted = (await collections()) + more;
    await vi.waitUntil(async () => {
      shipper.checkIsRunning();
      return (await collections()) >= wanted;
    }, patience);
  }

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
    start(shipper, true);
    await collects(shipper, collectionsToLearn);
    expect(await alertsAbout(host)).toEqual([]);
    await withBusyProcessors(() => vi.waitUntil(async () => (await alertsAbout(host)).length > 0, patience));
    await shipper.stop();
    start(shipper, true);
    await collects(shipper, 30);
    await shipper.stop();
    await settle();
    expect(await alertsAbout(host)).toHaveLength(1);
    expect(storedValues()).toBe(await points());
  });

  it('over HTTP gets a value for each data point', { timeout }, async () => {
    const [pointsBefore, valuesBefore] = [await points(), storedValues()];
    const shipper = newShipper();
    start(shipper, false);
    await collects(shipper, 10);
    await shipper.stop();
    await settle();
    expect(storedValues() - valuesBefore).toBe((await points()) - pointsBefore);
  });

  it('has each line of a file counted once, in the level of its severity', { timeout }, async () => {
    const shipper = newShipper();
    start(shipper, true);
    const file = join(shipper.folder, 'logs', 'app.log');
    await collects(shipper, 2);
    for (let nth = 0; nth < 50; nth += 1) appendFileSync(file, `line ${nth}\n`);
    await vi.waitUntil(async () => countLogRecords(await counted()) >= 50, patience);
    await shipper.stop();
    await expect
      .poll(() => countedLines('app.log'), { timeout: 4 * minuteMs, interval: 500 })
      .toBe(countLogRecords(await counted()));
  });
});
