import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { setUpWarehouse } from '../../functions/set-up-warehouse/set-up.ts';
import { OpenSearchWarehouse } from '../../functions/shared/adapters/opensearch/warehouse.ts';
import { UnavailableError } from '../../functions/shared/domain/errors.ts';
import type { Sample } from '../../functions/shared/domain/sample.ts';
import type { Family, WarehouseDocument, WarehouseWrite } from '../../functions/shared/ports/warehouse.ts';
import { alertDocument } from '../../functions/shared/warehouse/alert-document.ts';
import { anomalyDocument } from '../../functions/shared/warehouse/anomaly-document.ts';
import { sampleDocument } from '../../functions/shared/warehouse/sample-document.ts';
import { silenceDocument } from '../../functions/shared/warehouse/silence-document.ts';
import { summaryDocument } from '../../functions/shared/warehouse/summary-document.ts';
import { alerts, anomalies, samples, silences, summaries } from '../support/arbitraries.ts';
import { client, refresh, server, warehouse, wipe } from './opensearch.ts';

const timeMs = Date.parse('2026-11-23T15:00:00Z');

beforeAll(async () => {
  await wipe();
  await setUpWarehouse(server, timeMs);
});

function sampleWrite(id: string, parts: Partial<Sample> = {}): WarehouseWrite {
  const document = sampleDocument.write({
    entity: { cluster: 'prod', kind: 'host', name: 'node-a' },
    timestampMs: timeMs,
    dataset: 'system.diskio',
    dimensions: { device: 'sda' },
    measurements: { 'system.diskio.write.bytes': 1 },
    source: 'metricbeat',
    ...parts,
  });
  return { family: 'offbeat-samples', id, timeMs, document };
}

async function found(match: Readonly<Record<string, string>>, family: Family = 'offbeat-samples') {
  await refresh();
  return warehouse().search({ family, match, order: 'oldest first', limit: 100_000 });
}

describe('documents with any content that the contracts allow', () => {
  const made = <T>(arbitrary: fc.Arbitrary<T>, document: (value: T) => WarehouseDocument) =>
    fc.sample(arbitrary.map(document), { numRuns: 60, seed: 7 });

  // The times of one day: a thousand days would be a thousand indices.
  it.each<[Family, readonly WarehouseDocument[]]>([
    ['offbeat-samples', made(samples, (sample) => sampleDocument.write({ ...sample, timestampMs: timeMs }))],
    ['offbeat-summaries', made(summaries, (summary) => summaryDocument.write({ ...summary, minuteMs: timeMs }))],
    ['offbeat-anomalies', made(anomalies, (anomaly) => anomalyDocument.write({ ...anomaly, startsAtMs: timeMs }))],
    ['offbeat-alerts', made(alerts, (alert) => alertDocument.write({ ...alert, startsAtMs: timeMs }))],
    ['offbeat-silences', made(silences, (silence) => silenceDocument.write({ ...silence, createdAtMs: timeMs }))],
  ])('come back from %s as they were written', async (family, documents) => {
    const writes = documents.map((document, nth) => ({ family, id: `any-${nth}`, timeMs, document, version: 1 }));
    const stored = writes.map(({ document }) => JSON.parse(JSON.stringify(document)));
    expect(await warehouse().write(writes)).toEqual([]);
    const back = await found({}, family);
    expect(back).toHaveLength(stored.length);
    expect(back).toEqual(expect.arrayContaining(stored));
  });

  it('may have one unknown metric whose name begins with another', async () => {
    const cluster = 'conflict';
    const entity = { cluster, kind: 'host', name: 'node-a' } as const;
    const all: Record<string, number>[] = [{ a: 1 }, { 'a.b': 2 }, { a: 3, 'a.b': 4, 'a.b.c': 5 }, { 'a.b': 6 }];
    const writes = all.map((measurements, nth) => sampleWrite(`conflict-${nth}`, { entity, measurements }));
    expect(await warehouse().write(writes)).toEqual([]);
    expect(await found({ 'offbeat.entity.cluster': cluster })).toEqual(
      expect.arrayContaining(writes.map(({ document }) => document)),
    );
  });

  it('are found by a label with a dot in its name', async () => {
    const write = sampleWrite('dotted-label', { dimensions: { 'disk.name': 'sdx' } });
    await warehouse().write([write]);
    expect(await found({ 'labels.disk.name': 'sdx' })).toEqual([write.document]);
  });

  it('are in the index of their day, in any year', async () => {
    const farMs = 8.64e15;
    const far = { ...sampleWrite('far', { timestampMs: farMs }), timeMs: farMs };
    expect(await warehouse().write([far])).toEqual([]);
    await refresh();
    expect((await client.count({ index: 'offbeat-samples-+275760.09.13' })).body.count).toBe(1);
  });
});

describe('poisoned documents among good ones', () => {
  it('are refused with the message of the server, without their values, and the valid ones are written', async () => {
    const cluster = 'poisoned';
    const good = (id: string) => sampleWrite(id, { entity: { cluster, kind: 'host', name: id } });
    const bad = (id: string, field: string, value: unknown): WarehouseWrite => {
      const write = good(id);
      return { ...write, document: { ...write.document, [field]: value } };
    };
    const writes = [
      good('good-1'),
      bad('bad-date', '@timestamp', 'secret yesterday'),
      good('good-2'),
      bad('bad-number', 'system.diskio.write.bytes', 'secret many'),
      bad('bad-field', 'acme.unheard.of', 1),
      bad('bad-shape', 'system.diskio', 1),
      good('good-3'),
      { ...good('x'.repeat(513)) },
    ];
    const refused = await warehouse().write(writes);
    expect(refused).toEqual([
      { index: 1, reason: expect.stringMatching(/^mapper_parsing_exception: failed to parse field \[@timestamp\]/) },
      { index: 3, reason: expect.stringMatching(/\[system\.diskio\.write\.bytes\] of type \[double\]/) },
      { index: 4, reason: expect.stringMatching(/^strict_dynamic_mapping_exception: .*\[acme\]/) },
      { index: 5, reason: expect.stringMatching(/\[system\.diskio\]/) },
      { index: 7, reason: 'id: expected 1 to 512 bytes, got 513' },
    ]);
    expect(JSON.stringify(refused)).not.toContain('secret');
    const names = (await found({ 'offbeat.entity.cluster': cluster })).map((document) => document['host.name']);
    expect(names).toEqual(['good-1', 'good-2', 'good-3']);
  });
});

describe('a fault that is not the document’s', () => {
  const settings = (path: string, body: object) => server.request('PUT', path, body);

  it('makes no dead letters: a cluster at its limit of shards', async () => {
    const name = 'cluster.max_shards_per_node';
    const otherDayMs = timeMs + 3 * 86_400_000;
    const write = { ...sampleWrite('no-capacity', { timestampMs: otherDayMs }), timeMs: otherDayMs };
    await settings('/_cluster/settings', { transient: { [name]: 1 } });
    try {
      const writing = warehouse().write([write]);
      await expect(writing).rejects.toThrow(/validation_exception: .*shards open/);
      await expect(writing).rejects.toBeInstanceOf(UnavailableError);
    } finally {
      await settings('/_cluster/settings', { transient: { [name]: null } });
    }
    expect(await warehouse().write([write])).toEqual([]);
  });

  it('makes no dead letters: an index that is read-only', async () => {
    const write = sampleWrite('read-only', { entity: { cluster: 'read-only', kind: 'host', name: 'node-a' } });
    await settings('/offbeat-samples-2026.11.23/_settings', { 'index.blocks.write': true });
    try {
      const writing = warehouse().write([write]);
      await expect(writing).rejects.toThrow('1 documents are not written: 403 cluster_block_exception');
      await expect(writing).rejects.toBeInstanceOf(UnavailableError);
    } finally {
      await settings('/offbeat-samples-2026.11.23/_settings', { 'index.blocks.write': null });
    }
    expect(await warehouse().write([write])).toEqual([]);
    expect(await found({ 'offbeat.entity.cluster': 'read-only' })).toEqual([write.document]);
  });
});

describe('a search for more than one page', () => {
  it('returns every document once, even of equal times, in both orders', async () => {
    const cluster = 'paged';
    const entity = { cluster, kind: 'host', name: 'node-a' } as const;
    const count = 25_000;
    const writes = Array.from({ length: count }, (_, nth) =>
      sampleWrite(`paged-${nth}`, { entity, measurements: { 'system.diskio.write.bytes': nth } }),
    );
    await warehouse().write(writes);
    await refresh();
    const search = async (order: 'oldest first' | 'newest first', limit: number) => {
      const match = { 'offbeat.entity.cluster': cluster };
      const documents = await warehouse().search({ family: 'offbeat-samples', match, order, limit });
      return documents.map((document) => document['system.diskio.write.bytes'] as number);
    };
    const all = await search('oldest first', count + 1);
    expect(all.toSorted((a, b) => a - b)).toEqual(writes.map((_, nth) => nth));
    expect(await search('newest first', count)).toEqual(all.toReversed());
    expect(await search('oldest first', 10_001)).toEqual(all.slice(0, 10_001));
  });
});

describe('a node that is not set up', () => {
  it('gets no documents, because it would guess their types', async () => {
    await wipe();
    const writing = warehouse().write([sampleWrite('early')]);
    await expect(writing).rejects.toThrow('no index template offbeat-samples: run the function set-up-warehouse');
    await expect(writing).rejects.toBeInstanceOf(UnavailableError);
    expect(await warehouse().search({ family: 'offbeat-samples', order: 'oldest first', limit: 1 })).toEqual([]);
    expect(await warehouse().count('offbeat-samples')).toBe(0);
  });
});

describe('a write that waits for its refresh', () => {
  it('is visible to the next search', async () => {
    await setUpWarehouse(server, timeMs);
    const waiting = new OpenSearchWarehouse(client, { refresh: true });
    await waiting.write([sampleWrite('seen')]);
    expect(await waiting.count('offbeat-samples')).toBe(1);
  });
});
