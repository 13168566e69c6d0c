import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seriesText } from '../../../functions/shared/domain/series-text.ts';
import { alertTitle } from '../../../web/format/alert-title.ts';
import { componentTitle, kindTitle, measureTitle, partsOf, seriesTitle } from '../../../web/format/names.ts';

describe('a series is named', () => {
  it('by what it measures, and where', () => {
    const series = partsOf('recorded/host/node-b system.network.out.bytes{interface=eth0}');
    expect(measureTitle(series)).toBe('Network out, eth0');
    expect(seriesTitle(series)).toBe('Network out of node-b, eth0');
  });

  it('by the words of its metric where it has no title', () => {
    expect(measureTitle(partsOf('prod/service/shop my.app.open_jobs'))).toBe('App open jobs');
  });

  it('without the unit of a time, which stands behind its values', () => {
    expect(measureTitle(partsOf('prod/service/shop my.app.wait.max.us'))).toBe('App wait max');
    const longest = 'recorded/chunkserver/a moosefs.disk.io.last_minute.fsync.max_us{device=/mnt/a}';
    expect(measureTitle(partsOf(longest))).toBe('Synced in the last minute, longest operation, /mnt/a');
  });

  it('with spaces, slashes and commas in its names', () => {
    const { entity, dimensions } = partsOf('prod/host/my host/1 a.b{interface=vEthernet (Default Switch),mount=/}');
    expect(entity).toEqual({ cluster: 'prod', kind: 'host', name: 'my host/1' });
    expect(dimensions).toEqual({ interface: 'vEthernet (Default Switch)', mount: '/' });
  });
});

it('the parts of a series are those that its text was made of, whatever its names are', () => {
  const name = fc.oneof(
    fc.stringMatching(/^[\w"\\,{}=.:() -]{1,12}$/),
    fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' }),
  );
  const series = fc.record({
    entity: fc.record({ cluster: fc.constant('prod'), kind: fc.constant('host' as const), name }),
    metric: name,
    dimensions: fc.dictionary(name, name, { maxKeys: 3, noNullPrototype: true }),
  });
  fc.assert(fc.property(series, (given) => void expect(partsOf(seriesText(given))).toEqual(given)));
  expect(partsOf('prod/host/"say \\"hi\\", {now}" a.b').entity.name).toBe('say "hi", {now}');
});

it('a component has its kind in front, and a host has its name alone', () => {
  expect(componentTitle('consumer-group', 'orders-etl')).toBe('Consumer group orders-etl');
  expect(componentTitle('host', 'node-a')).toBe('node-a');
  expect(kindTitle('host')).toBe('Machines');
});

// The table "Alert titles" of the design; without the value of the peak, which the summary of an alert does not have.
describe('the title of an alert', () => {
  const titled = (title: string, series: string): string => {
    const { entity } = partsOf(series);
    return alertTitle({ title, entity, cause: { series } });
  };
  it('that differs from its peers is short', () => {
    const series = 'r/chunkserver/node-c moosefs.chunkserver.space.used.bytes';
    expect(titled('chunkserver space used bytes higher than that of its peers on node-c', series)).toBe(
      'Space used of chunkserver node-c is above its peers',
    );
  });

  it.each([
    [
      'chunkserver connected low on node-c, and 2 more',
      'r/chunkserver/node-c moosefs.chunkserver.connected',
      'Chunkserver node-c is disconnected',
    ],
    [
      'chunkserver connected below its limit on node-c',
      'r/chunkserver/node-c moosefs.chunkserver.connected',
      'Chunkserver node-c is disconnected',
    ],
    [
      'consumergroup consumer lag high on orders-etl/2/orders, and 2 more',
      'r/consumer-group/orders-etl kafka.consumergroup.consumer_lag{partition=2,topic=orders}',
      'Consumer group orders-etl fell behind',
    ],
    [
      'diskio write bytes high on node-m/loop6, and 5 more',
      'r/host/node-m system.diskio.write.bytes{device=loop6}',
      'Disk loop6 of node-m writes more than expected',
    ],
    ['cpu total norm pct high on node-a', 'r/host/node-a system.cpu.total.norm.pct', 'CPU of node-a is high'],
    [
      'network out bytes high on node-m/eth0, and 6 more',
      'r/host/node-m system.network.out.bytes{interface=eth0}',
      'Traffic out of node-m, eth0, is high',
    ],
    [
      'diskio write count high on node-m/loop6',
      'r/host/node-m system.diskio.write.count{device=loop6}',
      'Disk loop6 of node-m writes more than expected',
    ],
    [
      'filesystem used pct above its limit on node-a//mnt',
      'r/host/node-a system.filesystem.used.pct{mount_point=/mnt}',
      'Disk /mnt of node-a is nearly full',
    ],
    [
      'master chunks missing above its limit on m:9421',
      'r/storage-master/m:9421 moosefs.master.chunks.missing',
      'Storage master m:9421 has chunks without any copy',
    ],
    [
      'stage age sec above its limit on offbeat-detect',
      'r/service/offbeat-detect offbeat.stage.age.sec',
      'Offbeat, stage detect is behind',
    ],
    ['app jobs gone quiet on shop', 'r/service/shop my.app.jobs', 'App jobs of service shop does not change any more'],
    ['no data from node-a', 'r/host/node-a offbeat.no_data', 'No data from node-a'],
    ['node-a// full soon', 'r/host/node-a system.filesystem.used.pct', 'Space used of node-a will be full soon'],
  ])('%s of %s is %s', (title, series, text) => expect(titled(title, series)).toBe(text));

  it('is that of the detector where there is no suspect', () => {
    expect(alertTitle({ title: 'something odd', entity: { kind: 'host', name: 'a' } })).toBe('Something odd');
  });
});

/** The metrics of the catalogue that have a limit; each has a title of its own. */
it('an alert about a metric with a limit is not told by the name of the metric', () => {
  const source = readFileSync(
    join(import.meta.dirname, '../../../functions/shared/domain/catalogue/limits.ts'),
    'utf8',
  );
  const metrics = [
    ...source.matchAll(/metric: '([^']+)',?\s*(?:where:[^\n]*|unless:[^\n]*)?\s*(?:limits: \[\s*)(above|below)/g),
  ];
  expect(metrics.length).toBeGreaterThan(15);
  const told = metrics.map(([, metric, side]) => {
    const series = `r/host/node-a ${metric}`;
    const title = `x ${side} its limit on node-a`;
    return [metric, alertTitle({ title, entity: partsOf(series).entity, cause: { series } })];
  });
  const byName = told.filter(([, title]) => title!.includes(' its limit')).map(([metric]) => metric);
  expect(byName).toEqual(limitsInWords);
});

/** The metrics of which `X of Y is above its limit` is what people say. */
const limitsInWords = [
  'system.cpu.total.norm.pct',
  'system.memory.actual.used.pct',
  'system.memory.utilization',
  'elasticsearch.node.stats.jvm.mem.heap.used.pct',
];
