import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import type { Sample } from '../../functions/shared/domain/sample.ts';
import { decodeKafkaEvent } from '../../functions/shared/log/kafka-event.ts';
import { beat, replayed, samplesOf } from '../functions/normalise/beats.ts';
import { CaseFolders } from './case-folders.ts';
import { groupsOf, invokeCase, storedSamples } from './cases.ts';

const folders = new CaseFolders();
afterAll(() => folders.remove());

/** Replays an input by the command line. Returns its totals, and its samples as the warehouse has them. */
async function replayCase(name: string) {
  const totals = await folders.replay(name);
  expect(totals.status).toBe(0);
  return { totals, samples: await storedSamples(totals) };
}

/** Returns the samples of an event for `normalise`, without ticks. */
function samplesOfEvent(name: string): Sample[] {
  const event = JSON.parse(readFileSync(join(import.meta.dirname, `inputs/${name}.json`), 'utf8'));
  return decodeKafkaEvent(event).flatMap(({ records }) => records.flatMap((record) => samplesOf(record)));
}

/** Returns the samples of a recording, without those of the ticks of its replay. */
function samplesOfRecording(name: string): Sample[] {
  const file = join(import.meta.dirname, `inputs/${name}.ndjson.gz`);
  const lines = gunzipSync(readFileSync(file)).toString().trim().split('\n');
  return lines.flatMap((line, nth) => samplesOf(beat(line, replayed, nth)));
}

describe('documents of one host and moment are told apart', () => {
  it('by the instance of a Windows counter (01)', async () => {
    const { totals, samples } = await replayCase('01-perfmon-instances');
    expect(totals).toMatchObject({ samples: 36, series: 6, deadLetters: 0 });
    expect(samples).toHaveLength(36);
    expect(groupsOf(samples)).toEqual(
      ['0 C:', '1 D:', '_Total'].map((instance) => `host/WIN-SQL01{instance=${instance},object=PhysicalDisk}`),
    );
  });

  it('by the labels of Prometheus (02)', async () => {
    const { totals, samples } = await replayCase('02-prometheus-labels');
    expect(totals).toMatchObject({ samples: 36, series: 6, deadLetters: 0 });
    expect(samples).toHaveLength(36);
    expect(new Set(samples.map(({ dimensions }) => dimensions['prometheus.labels.device']))).toEqual(
      new Set(['sda', 'sdb', 'nvme0n1']),
    );
  });

  it('by topic and partition as Metricbeat 6 names them (05)', async () => {
    const { totals, samples } = await replayCase('05-metricbeat6-kafka');
    expect(totals).toMatchObject({ samples: 48, deadLetters: 0 });
    expect(groupsOf(samples)).toEqual([
      'consumer-group/billing{partition=0,topic=orders}',
      'consumer-group/billing{partition=1,topic=orders}',
      'topic/orders{partition=0}',
      'topic/orders{partition=1}',
    ]);
    const metrics = new Set(samples.flatMap(({ measurements }) => Object.keys(measurements)));
    expect([...metrics].filter((metric) => metric.startsWith('kafka.consumergroup.'))).toEqual(
      expect.arrayContaining(['kafka.consumergroup.consumer_lag', 'kafka.consumergroup.offset']),
    );
    expect(metrics).not.toContain('kafka.consumergroup.partition');
  });

  it('by the monitor that Heartbeat checks, which is the service of the sample (08)', async () => {
    const { totals, samples } = await replayCase('08-heartbeat-monitors');
    expect(totals).toMatchObject({ samples: 36, deadLetters: 0 });
    expect(groupsOf(samples)).toEqual(['api', 'cdn', 'shop'].map((name) => `service/${name}{location=hb-1}`));
    expect(samples[0]!.facts).toMatchObject({ 'monitor.status': 'up', 'monitor.ip': '192.0.2.1' });
  });

  it('by the device under a key that is dotted halfway (24)', async () => {
    const { totals, samples } = await replayCase('24-partly-dotted-diskio');
    expect(totals).toMatchObject({ samples: 24, deadLetters: 0 });
    expect(samples).toHaveLength(24);
    expect(groupsOf(samples)).toEqual(['host/db-1{device=nvme0n1}', 'host/db-1{device=sda}']);
  });

  it('by namespace and pod, if kubernetes is the module itself (06)', async () => {
    expect(await invokeCase('06-kubernetes-module')).not.toHaveProperty(['offbeat.dead-letters']);
    const samples = samplesOfEvent('06-kubernetes-module');
    expect(samples.map(({ dimensions }) => dimensions)).toEqual(
      ['dev', 'prod'].map((namespace) =>
        expect.objectContaining({ 'kubernetes.namespace': namespace, 'kubernetes.pod.name': 'redis-0' }),
      ),
    );
    expect(Object.keys(samples[0]!.measurements)).toEqual([
      'kubernetes.pod.cpu.usage.nanocores',
      'kubernetes.pod.cpu.usage.node.pct',
      'kubernetes.pod.memory.usage.bytes',
    ]);
  });
});

it('a host that is a text is the name of the host, in logs and in metrics (07)', async () => {
  expect(await invokeCase('07-host-is-a-string')).not.toHaveProperty(['offbeat.dead-letters']);
  expect(samplesOfEvent('07-host-is-a-string')).toMatchObject([
    { entity: { kind: 'host', name: 'web-1' }, dimensions: { level: 'none' } },
    { entity: { kind: 'host', name: 'web-2' }, dimensions: { level: 'error' } },
    { entity: { kind: 'host', name: 'db-1' }, measurements: { 'system.load.1': 0.5 } },
  ]);
});

it('a line that Filebeat ships twice has the same id twice, and each line has its own (17)', () => {
  const ids = samplesOfRecording('17-filebeat-batch-twice').map(({ line }) => line?.id);
  // The input has 600 different offsets, and 200 of them twice.
  expect(ids).toHaveLength(800);
  expect(new Set(ids).size).toBe(600);
  expect(ids).not.toContain(undefined);
});

it('headers of other programs mean nothing, whatever their names are (26)', async () => {
  const sent = await invokeCase('26-foreign-headers');
  expect(sent).not.toHaveProperty(['offbeat.dead-letters']);
  expect(samplesOfEvent('26-foreign-headers').map(({ entity }) => entity.cluster)).toEqual(Array(4).fill('local'));
});
