import { execFile } from 'node:child_process';
import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { minuteMs } from '../../../functions/shared/domain/durations.ts';
import { summaryDocument } from '../../../functions/shared/warehouse/summary-document.ts';
import { OneMachine } from '../one-machine.ts';
import { debianPackages } from '../servers/artifacts.ts';
import { collector, hasGo } from '../servers/collector.ts';
import { Collectors } from './collectors.ts';
import { configuration } from './configuration.ts';
import { countLogRecords } from './count-otlp.ts';
import { isDebian, newShipper, patience, type Shipper, shippedBroker, timeout } from './shipper.ts';

/* Each shipper is run with its configuration of docs/shippers.md. */

const run = promisify(execFile);

let machine: OneMachine;
beforeAll(async () => {
  machine = await OneMachine.open();
  await machine.start();
}, 2_100_000);
afterAll(() => machine[Symbol.asyncDispose]());

/** Returns the number of log records that the minutes of a dataset have counted, of one level or of all. */
const countedLines = (dataset: string, level?: string): number =>
  machine
    .documents('offbeat-summaries')
    .map((row) => summaryDocument.read(row))
    .filter(
      (summary) => summary.dataset === dataset && (level ?? summary.dimensions.level) === summary.dimensions.level,
    )
    .reduce((total, { metrics }) => total + (metrics['log.records']?.last ?? 0), 0);

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
  it('has each line of a file counted once, in the level of its severity', { timeout }, async () => {
    const collectors = await Collectors.open(machine, await collector());
    const shipper = newShipper();
    collectors.start(shipper, 'kafka');
    const file = join(shipper.folder, 'logs', 'app.log');
    await collectors.collects(shipper, 2);
    for (let nth = 0; nth < 50; nth += 1) appendFileSync(file, `line ${nth}\n`);
    await vi.waitUntil(async () => countLogRecords(await collectors.shipped()) >= 50, patience);
    await shipper.stop();
    await expect
      .poll(() => countedLines('app.log'), { timeout: 4 * minuteMs, interval: 500 })
      .toBe(countLogRecords(await collectors.shipped()));
  });
});
