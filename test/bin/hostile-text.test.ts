import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { encodePacket } from '../../functions/shared/adapters/packets/frame.ts';
import { printable } from '../../functions/shared/domain/printable.ts';
import { packetOf } from '../functions/collect/storage/captures.ts';
import { FakeStorage } from '../functions/collect/storage/fake-storage.ts';
import { hostileName, unprintableIn } from '../support/hostile-text.ts';
import { loadDocuments } from '../support/load-recording.ts';
import { RecordedAws } from './account/recorded-aws.ts';
import { ReplayedStore } from './replayed-store.ts';
import { commandNames, type Finished, offbeat } from './run-cli.ts';

/** A cluster's name contains no white space; U+00A0, U+2028 and U+FEFF are white space. */
const cluster = hostileName.replace(/\s/g, '');
const { directory } = new ReplayedStore();
const hostileFolder = join(directory, hostileName);
const data = join(directory, 'data');
const dataFlags = ['--data', data];

function fileOf(name: string, text: string): string {
  const file = join(hostileFolder, name);
  writeFileSync(file, text);
  return file;
}

/** A metric's recording with a hostile host in a hostile cluster, a hostile chunkserver, and a document that becomes a dead letter. */
function recording(): string {
  const documents = loadDocuments.map((document) => ({ ...document, host: { name: hostileName } }));
  const chunkserver = {
    ...documents[0],
    event: { dataset: 'moosefs.chunkserver', module: 'moosefs' },
    moosefs: {
      chunkserver: {
        ip: hostileName,
        port: 9422,
        server_id: hostileName,
        version: hostileName,
        status: 'down',
        reason: hostileName,
        chunks: 1,
      },
    },
  };
  const bad = { ...documents[0], '@timestamp': hostileName };
  return fileOf(
    'beats.ndjson',
    [...documents, chunkserver, bad].map((document) => JSON.stringify(document)).join('\n'),
  );
}

/** An AWS that refuses every call but that of STS with a hostile message. */
const aws = new RecordedAws();
for (const action of [...aws.replays.keys()].filter((each) => !each.startsWith('sts:'))) {
  const body = JSON.stringify({ __type: 'InvalidParameterException', message: hostileName });
  aws.replays.set(action, () => ({ status: 400, type: 'application/x-amz-json-1.1', body }));
}
afterAll(async () => {
  vi.unstubAllEnvs();
  await aws.close();
});

/** A master of LizardFS whose chunkserver has a hostile label. */
const storage = new FakeStorage();
let storageAddress = '';
afterAll(() => storage.close());
beforeAll(async () => {
  const label = Buffer.from(`${hostileName}\u0000`);
  const server = Buffer.alloc(66);
  server.writeUInt32BE(1, 4);
  server.writeUInt32BE(0x00030a04, 8);
  server.set([192, 0, 2, 1], 12);
  server.writeUInt16BE(9422, 16);
  server.writeUInt32BE(label.length, 62);
  const port = await storage.serve({
    510: packetOf('lizardfs-3.10.4/normal', 'info.response'),
    1549: encodePacket(1550, Buffer.concat([server, label])),
  });
  storageAddress = `moosefs://127.0.0.1:${port}`;
});

let alertId = '';
let silenceId = '';
let awsAddress = '';
beforeAll(async () => {
  awsAddress = await aws.listen();
  mkdirSync(hostileFolder);
  const { status } = await offbeat(['replay', recording(), '--cluster', cluster, ...dataFlags]);
  expect(status).toBe(0);
  const alerts = await offbeat(['alerts', ...dataFlags, '--json']);
  alertId = JSON.parse(alerts.stdout).alerts[0].id;
  const acts = ['--by', hostileName, '--note', hostileName, ...dataFlags];
  await offbeat(['silence', `name=${hostileName}`, '--cluster', cluster, '--for', '1h', ...acts]);
  silenceId = JSON.parse((await offbeat(['silences', ...dataFlags, '--json'])).stdout).silences[0].id;
  await offbeat(['ack', alertId, ...acts]);
});

const series = `${cluster}/host/${hostileName} system.load.norm.1`;
const badCsv = `timestamp,value\n=${hostileName},1\n${hostileName},x\n`;
const wrongSettings = (): string => fileOf('wrong.yaml', `${JSON.stringify(hostileName)}: 1\n`);
const rightSettings = (): string => fileOf('right.yaml', `cluster: { name: ${JSON.stringify(cluster)} }\n`);
/** Labels of an incident with a hostile id, kind and cause, outside the recording. */
const labels = (): string => {
  const times = { start: '2020-01-01T00:00:00Z', end: '2020-01-01T00:01:00Z' };
  const incident = { id: hostileName, kind: hostileName, entities: [`host/${hostileName}`], ...times };
  return fileOf('labels.json', JSON.stringify({ incidents: [incident] }));
};
const poison = (): string => {
  const value = Buffer.from(JSON.stringify({ ...loadDocuments[0], '@timestamp': hostileName })).toString('base64');
  const at = { topic: 'offbeat.beats', partition: 0, offset: 0, timestamp: 1, timestampType: 'LOG_APPEND_TIME' };
  const records = { 'offbeat.beats-0': [{ ...at, key: '', value, headers: [] }] };
  return fileOf('event.json', JSON.stringify({ eventSource: 'aws:kafka', records }));
};

/** The arguments for each command, with hostile names in all that it may print, results and errors. */
const runs: Readonly<Record<string, () => readonly (readonly string[])[]>> = {
  start: () => [
    ['start', ...dataFlags, '--replay', join(hostileFolder, 'none'), '--no-host', '--port', '0'],
    ['start', '--settings', wrongSettings()],
    ['start', `--${hostileName}`],
    ['start', '--port', hostileName],
  ],
  replay: () => [
    ['replay', recording(), '--cluster', cluster],
    ['replay', recording(), '--cluster', cluster, '--json'],
    ['replay', join(hostileFolder, 'none')],
    ['replay', recording(), '--cluster', hostileName],
  ],
  backtest: () => [
    ['backtest', recording(), '--cluster', cluster, '--labels', labels()],
    ['backtest', recording(), '--cluster', cluster, '--labels', labels(), '--json'],
    ['backtest', recording(), '--labels', fileOf('broken.json', hostileName)],
    ['backtest', join(hostileFolder, 'none'), '--labels', labels()],
  ],
  detect: () => [
    ['detect', fileOf('bad.csv', badCsv)],
    ['detect', fileOf('header.csv', hostileName)],
    ['detect', join(hostileFolder, 'none.csv')],
  ],
  invoke: () => [
    ['invoke', 'normalise', poison()],
    ['invoke', 'normalise', poison(), '--logs'],
    ['invoke', hostileName, poison()],
    ['invoke', 'api', fileOf('broken.json', hostileName)],
  ],
  alerts: () => [
    ['alerts', ...dataFlags],
    ['alerts', ...dataFlags, '--json'],
    ['alerts', '--cluster', hostileName, ...dataFlags],
    ['alerts', '--url', hostileName],
    ['alerts', '--status', hostileName],
  ],
  ack: () => [
    ['ack', alertId, '--by', hostileName, '--note', hostileName, ...dataFlags],
    ['ack', hostileName, ...dataFlags],
  ],
  resolve: () => [
    ['resolve', alertId, '--by', hostileName, ...dataFlags],
    ['resolve', hostileName, ...dataFlags],
  ],
  feedback: () => [
    ['feedback', alertId, 'noise', '--by', hostileName, '--note', hostileName, ...dataFlags],
    ['feedback', hostileName, 'noise', ...dataFlags],
    ['feedback', alertId, hostileName, ...dataFlags],
  ],
  silence: () => [
    ['silence', `name=${hostileName}`, '--cluster', cluster, '--for', '1h', '--by', hostileName, ...dataFlags],
    ['silence', `${hostileName}=x`, '--cluster', `${cluster}x`, '--for', '1h', ...dataFlags],
    ['silence', hostileName, '--cluster', cluster, '--for', '1h'],
    ['silence', 'name=x', '--cluster', cluster, '--for', hostileName],
  ],
  silences: () => [
    ['silences', ...dataFlags],
    ['silences', ...dataFlags, '--json'],
  ],
  unsilence: () => [
    ['unsilence', silenceId, '--by', hostileName, '--note', hostileName, ...dataFlags],
    ['unsilence', hostileName, ...dataFlags],
  ],
  deliveries: () => [
    ['deliveries', ...dataFlags],
    ['deliveries', '--receiver', hostileName, ...dataFlags],
    ['deliveries', '--alert', hostileName, ...dataFlags],
  ],
  redrive: () => [
    ['redrive', '--dry-run', ...dataFlags],
    ['redrive', '--data', hostileFolder],
    ['redrive', ...dataFlags],
  ],
  warm: () => [
    ['warm', ...dataFlags],
    ['warm', poison(), ...dataFlags],
    ['warm', hostileName, ...dataFlags],
  ],
  why: () => [
    ['why', alertId, ...dataFlags],
    ['why', alertId, ...dataFlags, '--json'],
    ['why', series, ...dataFlags],
    ['why', series, ...dataFlags, '--json'],
    ['why', `${series}x`, ...dataFlags],
    ['why', hostileName, ...dataFlags],
  ],
  series: () => [
    ['series', ...dataFlags],
    ['series', '--dataset', hostileName, ...dataFlags],
    ['series', '--url', hostileName],
  ],
  status: () => [
    ['status', ...dataFlags],
    ['status', ...dataFlags, '--json'],
    ['status', '--cluster', hostileName, ...dataFlags],
  ],
  inventory: () => [
    ['inventory', ...dataFlags],
    ['inventory', ...dataFlags, '--json'],
    ['inventory', '--kind', hostileName],
  ],
  collect: () => [
    ['collect', storageAddress],
    ['collect', storageAddress, '--json'],
    ['collect', hostileName],
    ['collect', storageAddress, '--network', hostileName],
  ],
  'check-settings': () => [
    ['check-settings', rightSettings()],
    ['check-settings', rightSettings(), '--json'],
    ['check-settings', wrongSettings()],
    ['check-settings', join(hostileFolder, 'none.yaml')],
  ],
  'check-account': () => {
    vi.stubEnv('AWS_ENDPOINT_URL', awsAddress);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY');
    vi.stubEnv('AWS_REGION', 'eu-north-1');
    return [
      ['check-account', '--settings', rightSettings()],
      ['check-account', '--settings', rightSettings(), '--json'],
      ['check-account', '--region', hostileName],
      ['check-account', '--settings', wrongSettings()],
    ];
  },
  'new-epoch': () => [
    ['new-epoch', 'detect', ...dataFlags],
    ['new-epoch', 'detect', '--data', hostileFolder],
    ['new-epoch', hostileName],
  ],
  backup: () => [
    ['backup', join(hostileFolder, 'copy.db'), ...dataFlags],
    ['backup', join(hostileFolder, 'copy.db'), ...dataFlags],
  ],
};

function expectPrintable({ stdout, stderr }: Finished): void {
  for (const line of [...stdout.split('\n'), ...stderr.split('\n')]) expect(unprintableIn(line), line).toEqual([]);
}

describe('foreign names that control a terminal', () => {
  it('are tried with every command', async () => {
    expect((await commandNames()).sort()).toEqual(Object.keys(runs).sort());
  });

  it.each(Object.keys(runs))('are escaped in all that %s prints', async (name) => {
    let all = '';
    for (const args of runs[name]!()) {
      const finished = await offbeat(args);
      expectPrintable(finished);
      expect(finished.stdout + finished.stderr).not.toBe('');
      all += finished.stdout + finished.stderr;
    }
    // Otherwise no output would show that it escapes anything.
    expect(all).toContain('\\u202e');
  });

  it('have no colours of their own on a terminal with colours', async () => {
    const commands = [['alerts'], ['silences'], ['why', alertId], ['why', series]];
    for (const command of commands) {
      const { stdout } = await offbeat([...command, ...dataFlags], '', true);
      expect(stdout).toContain('\u001b[');
      expect(stdout).not.toContain('\u001b[31ma');
      for (const line of stripVTControlCharacters(stdout).split('\n')) expect(unprintableIn(line)).toEqual([]);
    }
    const { stdout } = await offbeat(['replay', recording(), '--cluster', cluster], '', true);
    expect(stdout).toContain(printable(hostileName));
    for (const line of stripVTControlCharacters(stdout).split('\n')) expect(unprintableIn(line)).toEqual([]);
  });

  it('are the same to a program that reads the JSON', async () => {
    const { stdout } = await offbeat(['alerts', ...dataFlags, '--json']);
    expect(JSON.parse(stdout).alerts[0].entity).toEqual({ cluster, kind: 'host', name: hostileName });
    const { silences } = JSON.parse((await offbeat(['silences', ...dataFlags, '--json'])).stdout);
    expect(silences).toContainEqual(expect.objectContaining({ by: hostileName, note: hostileName, cluster }));
  });
});
