import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusedChanges } from '../../../lib/create-only/compare.ts';
import { messageOf } from '../../../lib/create-only/messages.ts';
import { clusterType, domainType } from '../../../lib/create-only/properties.ts';
import type { RecordedResource } from '../../../lib/create-only/record.ts';
import type { RefusedChange } from '../../../lib/create-only/refused-change.ts';

const cluster = (updates: Record<string, string>, version = '3.9.x'): RecordedResource => ({
  type: clusterType,
  properties: { 'BrokerNodeGroupInfo/SecurityGroups': [{ 'Fn::GetAtt': ['Network/Brokers', 'GroupId'] }] },
  updates: { ...updates, 'Kafka version': { KafkaVersion: version } },
});
const kinds = (changes: readonly RefusedChange[]): string[] => changes.map(({ kind }) => kind);

describe('the mode of Kafka', () => {
  it.each([
    ['3.9.x', '3.9.x.kraft'],
    ['3.9.x.kraft', '3.9.x'],
  ])('is refused to change from %s to %s', (before, after) => {
    const changes = refusedChanges({ 'DataHub/C': cluster({}, before) }, { 'DataHub/C': cluster({}, after) });
    expect(kinds(changes)).toEqual(['mode']);
  });

  it('stays in an update from 3.9.x.kraft to 4.1.x.kraft, which passes', () => {
    const [before, after] = [cluster({}, '3.9.x.kraft'), cluster({}, '4.1.x.kraft')];
    expect(refusedChanges({ 'DataHub/C': before }, { 'DataHub/C': after })).toEqual([]);
  });
});

describe('a version', () => {
  const domain = (version: string): RecordedResource => ({
    ...{ type: domainType, properties: {} },
    updates: { 'engine version': { EngineVersion: version } },
  });
  const kindsFrom = (before: RecordedResource, after: RecordedResource) =>
    kinds(refusedChanges({ 'State/R': before }, { 'State/R': after }));

  it.each([
    ['3.9.x', '3.8.x'],
    ['4.1.x.kraft', '3.9.x.kraft'],
    ['3.10.x.kraft', '3.9.x.kraft'],
    ['3.6.1', '3.6.0'],
  ])('of Kafka is refused from %s to %s, and passes the other way', (newer, older) => {
    expect(kindsFrom(cluster({}, newer), cluster({}, older))).toEqual(['older']);
    expect(kindsFrom(cluster({}, older), cluster({}, newer))).toEqual([]);
  });

  it.each([
    ['OpenSearch_3.5', 'OpenSearch_3.3'],
    ['OpenSearch_3.5', 'OpenSearch_2.19'],
    ['OpenSearch_2.19', 'OpenSearch_2.9'],
  ])('of the engine is refused from %s to %s, and passes the other way', (newer, older) => {
    expect(kindsFrom(domain(newer), domain(older))).toEqual(['older']);
    expect(kindsFrom(domain(older), domain(newer))).toEqual([]);
  });

  it('of Kafka may be named by fewer numbers', () => {
    expect(kindsFrom(cluster({}, '3.9.1'), cluster({}, '3.9.x'))).toEqual([]);
    expect(kindsFrom(cluster({}, '3.9.x'), cluster({}, '3.9.1'))).toEqual([]);
  });

  it('that is not recorded, or of an unknown form, is not compared', () => {
    expect(kindsFrom({ type: domainType, properties: {} }, domain('OpenSearch_1.0'))).toEqual([]);
    expect(kindsFrom(domain('OpenSearch_3.5'), domain('newest'))).toEqual([]);
  });

  it('is named in the message, with what is kept', () => {
    const [change] = refusedChanges({ 'State/D': domain('OpenSearch_3.5') }, { 'State/D': domain('OpenSearch_3.3') });
    const { description, fix } = messageOf(change!, { file: 'f', entry: 'e' });
    expect(description).toContain('EngineVersion was OpenSearch_3.5, and would be OpenSearch_3.3.');
    expect(fix).toContain('Keep OpenSearch_3.5');
  });
});

describe('the disk of the brokers', () => {
  const brokers = (gib: number): RecordedResource => ({
    ...{ type: clusterType, properties: {} },
    updates: { storage: { 'BrokerNodeGroupInfo/StorageInfo': { EBSStorageInfo: { VolumeSize: gib } } } },
  });
  const changesOf = (before: number, after: number) =>
    refusedChanges({ 'DataHub/C': brokers(before) }, { 'DataHub/C': brokers(after) });

  it.each([
    [100, 50],
    [100, 99],
    [100, 101],
    [100, 109],
  ])('of %i GiB is refused with %i', (before, after) => {
    expect(changesOf(before, after)).toMatchObject([{ kind: 'disk', before, after }]);
  });

  it('grows by 10 GiB or more', () => {
    expect(changesOf(100, 110)).toEqual([]);
    expect(changesOf(100, 16_384)).toEqual([]);
  });

  it('that is refused has a remedy that passes, whatever the two sizes are', () => {
    const gib = fc.integer({ min: 1, max: 16_384 });
    fc.assert(
      fc.property(gib, fc.integer({ min: -20, max: 20 }), (before, more) => {
        const [change] = changesOf(before, before + more);
        if (change === undefined) return;
        const sizes = /to (\d+), or to (\d+) or more/.exec(messageOf(change, { file: 'f', entry: 'e' }).fix)!.slice(1);
        for (const size of sizes) expect(changesOf(before, Number(size))).toEqual([]);
      }),
    );
  });
});
