import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { functionNames, functions } from '../../functions/functions.ts';
import { takeDataDir } from '../../local/data-dir.ts';
import { ReplayedStore } from './replayed-store.ts';
import { offbeat } from './run-cli.ts';

const replayed = new ReplayedStore();

/** Settings with a webhook that answers so, one status after the other and then the last one for ever. */
describe('replay', () => {
  it('prints one object with totals and alerts, and the same again for a second replay', async () => {
    const file = replayed.recordingWith();
    const first = await replayed.replayJson(file);
    expect(first).toMatchObject({ documents: 300, samples: 300, deadLetters: 0, alerts: 1 });
    expect(first.alertList).toEqual([
      expect.objectContaining({
        status: 'resolved',
        scope: 'recorded',
        entity: { cluster: 'recorded', kind: 'host', name: 'node-a' },
      }),
    ]);
    expect(await replayed.replayJson(file)).toEqual(first);
  });

  it('counts a line that is no document as a dead letter, and reads the rest', async () => {
    expect(await replayed.replayJson(replayed.recordingWith('no document'))).toMatchObject({
      documents: 301,
      samples: 300,
      deadLetters: 1,
    });
  });

  it('names the reason of a dead letter and how to list it, and on a second replay that nothing was read again', async () => {
    const file = replayed.recordingWith('no document');
    const args = ['replay', file, '--data', replayed.data];
    const first = await offbeat(args);
    expect(first.stderr).toMatch(
      /a record is a dead letter of normalise: not JSON: .*"npx offbeat redrive --dry-run --data /,
    );
    const second = await offbeat(args);
    expect(second.stderr).toContain('was replayed into this store before');
    expect([first.status, second.status]).toEqual([0, 0]);
  });

  it('prints the totals as a table, and keeps nothing if no store was named', async () => {
    const { status, stdout } = await offbeat(['replay', replayed.recordingWith()]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^documents +300$/m);
    expect(stdout).toMatch(/^dead letters +0$/m);
  });

  it.each([
    ['a file that is not there', ['nowhere.ndjson'], 'cannot read nowhere.ndjson'],
    ['a cluster that is live', ['beats.ndjson', '--cluster', 'local'], 'cluster "local" is a live cluster'],
  ])('refuses %s', async (_name, args, message) => {
    const { status, stderr } = await offbeat(['replay', ...args]);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('invoke', () => {
  it('prints the result of the function, and the number of records for each topic', async () => {
    const { status, stdout } = await offbeat(['invoke', 'detect', 'events/detect.samples.json']);
    expect(status).toBe(0);
    const { returned, sent } = JSON.parse(stdout);
    expect(returned).toBeNull();
    expect(sent['offbeat.summaries']).toBeGreaterThan(0);
  });

  it('prints messages to the terminal receiver on standard error', async () => {
    const { records } = JSON.parse(readFileSync('events/persist.alert.json', 'utf8'));
    const [[{ value }]] = Object.values<[{ value: string }]>(records) as [[{ value: string }]];
    const alert = { ...JSON.parse(Buffer.from(value, 'base64').toString()), notify: true };
    const body = JSON.stringify({ Type: 'Notification', MessageId: 'm', Message: JSON.stringify(alert) });
    const message = { messageId: 'm', receiptHandle: 'r', body, attributes: { ApproximateReceiveCount: '1' } };
    const file = join(replayed.directory, 'notify.json');
    writeFileSync(file, JSON.stringify({ Records: [message] }));
    const { stdout, stderr } = await offbeat(['invoke', 'notify', file]);
    expect(JSON.parse(stdout).returned).toEqual({ batchItemFailures: [] });
    expect(stderr).toContain(alert.title);
  });

  it('prints with --logs, on standard error alone, what Lambda would write to CloudWatch', async () => {
    const { status, stdout, stderr } = await offbeat(['invoke', 'persist', 'events/persist.poison.json', '--logs']);
    expect(status).toBe(0);
    const lines = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.every(({ service, _aws }) => service === 'persist' && _aws !== undefined)).toBe(true);
    const written = JSON.parse(stdout).written['offbeat-samples'];
    expect(Object.assign({}, ...lines)).toMatchObject({
      documents_written: written,
      dead_letters: 1,
      stage: 'persist',
    });
  });

  it('prints with --logs the log line of a failed invocation instead of a warning', async () => {
    const { status, stdout, stderr } = await offbeat(['invoke', 'detect', 'events/api.health.json', '--logs']);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    const [log, counters, error] = stderr.trimEnd().split('\n');
    expect(JSON.parse(log!)).toMatchObject({ level: 'ERROR', message: 'detect failed', function_name: 'detect' });
    expect(JSON.parse(counters!)).toMatchObject({ failures: 1, reason: 'UNEXPECTED' });
    expect(error).toMatch(/^offbeat: /);
  });

  it('names the known functions for an unknown one', async () => {
    const { status, stderr } = await offbeat(['invoke', 'detct', 'events/detect.samples.json']);
    expect(status).toBe(2);
    const [, listed] = /no function "detct"; expected one of (.*)\n$/.exec(stderr)!;
    const embedded = functionNames.filter((name) => functions[name].isEmbedded);
    expect(listed!.split(', ').sort()).toEqual([...embedded].sort());
  });
});

describe("a store's own commands", () => {
  it('alerts and why read the store, without a server', async () => {
    const { alertList } = await replayed.replayJson(replayed.recordingWith());
    const { stdout } = await offbeat(['alerts', '--data', replayed.data, '--json']);
    expect(JSON.parse(stdout).alerts).toEqual(alertList);
    const why = await offbeat(['why', alertList[0].id, '--data', replayed.data]);
    expect(why.stdout).toContain('first notification');
  });

  it('report that another process uses the store', async () => {
    const taken = takeDataDir(replayed.data);
    writeFileSync(taken.storePath, '');
    try {
      const { status, stderr } = await offbeat(['alerts', '--data', replayed.data]);
      expect(status).toBe(2);
      expect(stderr).toMatch(/another offbeat is using .*--url\n$/);
    } finally {
      taken.release();
    }
  });

  it('new-epoch raises the epoch of a stage that has processed records', async () => {
    const { stderr } = await offbeat(['new-epoch', 'detect', '--data', replayed.data]);
    expect(stderr).toMatch(
      /^offbeat: there is no store in .*; name another folder with --data, or make a store with "offbeat start --data .*"\n$/,
    );
    await replayed.replayJson(replayed.recordingWith());
    const { status, stdout } = await offbeat(['new-epoch', 'detect', '--data', replayed.data]);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^detect offbeat\.samples\/0 is at epoch 1 and continues with the next record that arrives; /,
    );
  });

  it.each(['normalise', 'detect', 'alert'])(
    'let one partition of %s continue with the offset that is named',
    async (stage) => {
      await replayed.replayJson(replayed.recordingWith());
      const flags = ['--partition', '0', '--next-offset', '3', '--data', replayed.data];
      const { status, stdout } = await offbeat(['new-epoch', stage, ...flags]);
      expect(status).toBe(0);
      expect(stdout).toMatch(
        new RegExp(`^${stage} offbeat\\.\\w+/0 is at epoch 1 and continues with offset 3; [^\\n]*\\n$`),
      );
      const none = await offbeat(['new-epoch', stage, '--partition', '1', '--data', replayed.data]);
      expect(none.stderr).toBe(`offbeat: ${stage} has processed no record there yet, so it needs no new epoch\n`);
    },
  );

  it('silence refuses a duration that is too long, and names the option', async () => {
    await replayed.replayJson(replayed.recordingWith());
    const flags = ['--cluster', 'recorded', '--for', '45d', '--data', replayed.data];
    const { status, stderr } = await offbeat(['silence', 'name=a', ...flags]);
    expect(stderr).toMatch(/^offbeat: --for: a silence lasts at most 30d \(alerts\.silenceMax\)[^\n]*\n$/);
    expect(status).toBe(2);
  });
});
