import { expect, it } from 'vitest';
import { metricWords } from '../../../../functions/shared/domain/series.ts';

it.each([
  ['system.diskio.write.bytes', 'diskio write bytes'],
  ['log.records', 'log records'],
  ['kafka.consumergroup.consumer_lag', 'consumergroup consumer lag'],
  ['collectd.disk.disk_octets.write', 'disk octets write'],
  ['collectd.load.load.shortterm', 'load shortterm'],
])('the words of the metric %s have no module, and no word twice in a row: %s', (metric, words) => {
  expect(metricWords(metric)).toBe(words);
});
