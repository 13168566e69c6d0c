import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { minuteMs } from '../../../functions/shared/domain/durations.ts';
import { OneMachine } from '../one-machine.ts';
import { debianPackages } from '../servers/artifacts.ts';
import { configuration } from './configuration.ts';
import { countedLines } from './counted-lines.ts';
import { isDebian, newShipper, patience, type Shipper, shippedBroker, timeout } from './shipper.ts';

/* It is run with its configuration of docs/shippers.md. */

const run = promisify(execFile);

let machine: OneMachine;
beforeAll(async () => {
  machine = await OneMachine.open();
  await machine.start();
}, 2_100_000);
afterAll(() => machine[Symbol.asyncDispose]());

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
      .poll(() => ['error', 'info', 'warning'].map((level) => countedLines(machine, 'syslog', level)), {
        timeout: 4 * minuteMs,
        interval: 500,
      })
      .toEqual([10, 30, 20]);
  });
});
