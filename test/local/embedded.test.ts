import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { functionsFedBy } from '../../functions/functions.ts';
import { UnavailableError } from '../../functions/shared/domain/errors.ts';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { onePartitionEach, topics } from '../../functions/shared/log/topics.ts';
import { bulkRoutes } from '../../local/bulk/bulk-api.ts';
import { type Embedded, type EmbeddedOptions, openEmbedded } from '../../local/embedded.ts';
import { stepCheckedClock } from '../../local/step-checked-clock.ts';
import { failOnce, withFaults } from '../support/faults.ts';

const directory = mkdtempSync(join(tmpdir(), 'offbeat-embedded-'));
afterAll(() => rmSync(directory, { recursive: true }));

const opened: Embedded[] = [];
afterEach(async () => {
  for (const embedded of opened.splice(0)) await embedded.close();
});

async function open(options: Partial<EmbeddedOptions> = {}): Promise<Embedded> {
  const embedded = await openEmbedded({
    dataDir: undefined,
    settings: defaultSettings,
    terminal: () => {},
    ...options,
  });
  opened.push(embedded);
  return embedded;
}

async function close(embedded: Embedded): Promise<void> {
  opened.splice(opened.indexOf(embedded), 1);
  await embedded.close();
}

/** One document of load each 10 s. */
function load(index: number, startMs: number) {
  return {
    '@timestamp': new Date(startMs + index * 10_000).toISOString(),
    event: { dataset: 'system.load', module: 'system' },
    host: { name: 'node-a' },
    metricset: { name: 'load', period: 10_000 },
    system: { load: { 1: 0.5, 5: 0.4, 15: 0.3, cores: 2 } },
  };
}

const documents = (count: number, startMs = Date.parse('2026-11-23T15:00:00Z')) =>
  Array.from({ length: count }, (_, index) => load(index, startMs));

let recordings = 0;
function recordingOf(count: number): string {
  recordings += 1;
  const file = join(directory, `${recordings}.ndjson`);
  writeFileSync(
    file,
    documents(count)
      .map((document) => JSON.stringify(document))
      .join('\n'),
  );
  return file;
}

describe('the embedded run', () => {
  it('passes documents through the whole flow', async () => {
    const embedded = await open();
    await embedded.append(documents(5, Date.now() - 60_000));
    expect(embedded.backlog()).toBe(5);
    await embedded.drain();
    expect(embedded.backlog()).toBe(0);
    expect(embedded.store.totals()).toMatchObject({ documents: 5, samples: 5, deadLetters: 0 });
    expect(await embedded.ports.warehouse.count('offbeat-samples')).toBe(5);
  });

  it('uses only SQLite unless it is given an environment, whatever the environment of the process names', async () => {
    for (const name of ['KAFKA_BROKERS', 'OPENSEARCH_URL', 'DYNAMODB_ENDPOINT', 'S3_ENDPOINT', 'SNS_ENDPOINT']) {
      vi.stubEnv(`OFFBEAT_${name}`, 'nonsense');
    }
    const embedded = await open();
    expect(new Set(Object.values(embedded.backends.uses))).toEqual(new Set(['SQLite']));
    vi.unstubAllEnvs();
  });

  it('replays a recording once, however often replay is called', async () => {
    const embedded = await open();
    const file = recordingOf(30);
    const progress: number[] = [];
    const onProgress = (line: number) => progress.push(line);
    expect(await embedded.replay({ file, cluster: 'recorded', onProgress })).toMatchObject({ lines: 30 });
    const once = embedded.store.totals();
    expect(once).toMatchObject({ documents: 30, samples: 30, deadLetters: 0 });
    expect(progress.at(-1)).toBe(30);
    expect(await embedded.replay({ file, cluster: 'recorded' })).toMatchObject({ doneBefore: true });
    expect(embedded.store.totals()).toEqual(once);
  });

  it('summarises every minute of a replay, the last one too', async () => {
    const embedded = await open();
    await embedded.replay({ file: recordingOf(12), cluster: 'recorded' });
    expect(await embedded.ports.warehouse.count('offbeat-summaries')).toBe(2);
  });

  it('accepts what a Beat on the same machine ships right after the machine slept', async () => {
    let wallMs = Date.parse('2026-11-23T15:00:00Z');
    let monotonicMs = 0;
    const wall = { nowMs: () => wallMs, random: () => 0.5 };
    const clock = stepCheckedClock(
      wall,
      () => {},
      () => monotonicMs,
    );
    const embedded = await open({ clock });
    await embedded.append([load(0, wallMs)]);
    wallMs += 3_600_000; // A sleep, during which CLOCK_MONOTONIC stands still.
    for (let nth = 0; nth < 5; nth += 1) {
      wallMs += 5_000;
      monotonicMs += 5_000;
      await embedded.append([load(0, wallMs)]);
      await embedded.drain();
    }
    expect(embedded.store.totals()).toMatchObject({ documents: 6, samples: 6, deadLetters: 0 });
  });

  it('counts a document once that is sent again because the answer to its bulk request was lost', async () => {
    const embedded = await open();
    const { backends, ports } = embedded;
    const [bulk] = bulkRoutes({ ...ports, bulkLog: backends.bulkLog, backlog: () => 0, backlogMax: 10 });
    const lines = documents(3, Date.now()).flatMap((document, nth) => [{ create: { _id: `${nth}` } }, document]);
    const request = {
      method: 'POST',
      path: '/_bulk',
      query: new URLSearchParams(),
      headers: { 'content-type': 'application/x-ndjson' },
      signal: new AbortController().signal,
      cut: () => {},
    };
    const body = async function* () {
      yield Buffer.from(lines.map((line) => JSON.stringify(line)).join('\n'));
    };
    for (let nth = 0; nth < 2; nth += 1) expect(await bulk!.answer(request, body())).toMatchObject({ status: 200 });
    await embedded.drain();
    expect(embedded.store.totals()).toMatchObject({ documents: 3, samples: 3, deadLetters: 0 });
    expect((await embedded.health()).counts).toMatchObject({ 'documents_repeated{identity=_id}': 3 });
  });

  it('continues after a restart where it stopped', async () => {
    const dataDir = join(directory, 'restart');
    const first = await open({ dataDir });
    await first.append(documents(3, Date.now() - 60_000));
    await close(first);
    const second = await open({ dataDir });
    expect(second.backlog()).toBe(3);
    await second.drain();
    expect(second.store.totals()).toMatchObject({ samples: 3 });
  });

  it('refuses a second run on its data directory', async () => {
    const dataDir = join(directory, 'shared');
    const first = await open({ dataDir });
    await expect(open({ dataDir })).rejects.toThrow(`another offbeat is using ${dataDir}`);
    await close(first);
    await open({ dataDir });
  });

  it('refuses partition counts that differ from those of its data', async () => {
    const dataDir = join(directory, 'layout');
    await close(await open({ dataDir }));
    const layout = { partitions: { ...onePartitionEach, [topics.samples]: 2 } };
    await expect(open({ dataDir, layout })).rejects.toThrow(/partition/);
    await open({ dataDir });
  });

  it('handles a batch again after a port failed, and counts it once', async () => {
    const embedded = await open({
      wrapPorts: (ports) => ({
        ...ports,
        ledger: withFaults('ledger', ports.ledger, failOnce('ledger.advance', 'after', new UnavailableError('lost'))),
      }),
    });
    await embedded.append(documents(4, Date.now() - 60_000));
    await embedded.drain();
    expect(embedded.store.totals()).toMatchObject({ samples: 4, deadLetters: 0 });
    expect(embedded.telemetry.counts()).toMatchObject({ 'failures{reason=UNAVAILABLE,stage=normalise}': 1 });
  });

  it('appends a heartbeat to every partition of beats', async () => {
    const embedded = await open({ layout: { partitions: { ...onePartitionEach, [topics.beats]: 3 } } });
    await embedded.heartbeat();
    const { stages } = await embedded.health();
    const sources = stages.find(({ name }) => name === 'normalise')?.sources ?? [];
    expect(sources.map((source) => 'topic' in source && [source.partition, source.lagRecords])).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
    ]);
  });

  it('reports its health, stage by stage', async () => {
    const embedded = await open();
    const health = await embedded.health();
    expect(health).toMatchObject({ status: 'ok', pending: [], uses: { eventLog: 'SQLite' } });
    expect(health.stages.map(({ name }) => name)).toEqual(functionsFedBy('topics', 'queue'));
  });

  it('invokes a function by its name, and lists the names for an unknown one', async () => {
    const embedded = await open();
    expect(await embedded.invoke('sweep', {})).toMatchObject({ recovered: 0 });
    await expect(async () => embedded.invoke('nothing', {})).rejects.toThrow(
      /^no function "nothing"; expected one of normalise, detect, (.*, )?set-up-warehouse$/,
    );
  });

  it('deletes records that every group has read once their retention is over', async () => {
    let nowMs = Date.now();
    const embedded = await open({ clock: { nowMs: () => nowMs, random: () => 0 } });
    await embedded.append(documents(3, nowMs - 60_000));
    await embedded.drain();
    nowMs += 25 * 3_600_000; // Beats are kept for 24 h.
    await embedded.store.purge();
    expect(await embedded.ports.eventLog.earliestOffset(topics.beats, 0)).toBe(3);
  });
});
