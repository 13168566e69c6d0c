import fc from 'fast-check';
import { expect, it } from 'vitest';
import { normalise } from '../../../functions/normalise/normalise.ts';
import { sampleSchema } from '../../../functions/shared/domain/sample.ts';
import { defaultSettings } from '../../../functions/shared/domain/settings.ts';
import { isSample } from '../../../functions/shared/log/decode-sample.ts';
import { defaultLayout } from '../../../functions/shared/log/layout.ts';
import { header } from '../../../functions/shared/log/record.ts';
import { hostileTexts, readsOrRefuses } from '../../support/hostile.ts';
import { recording, spoiltDocuments } from '../../support/recorded.ts';
import { beat, metricbeat } from './beats.ts';

const anything = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.string(),
  fc.json({ maxDepth: 6 }),
  fc.constantFrom('[[]]', '[{}]', '{"__proto__":{"a":1}}', '[{"values":[1],"host":"a","plugin":"b"}]'),
);

const spoilt = spoiltDocuments.map((document) => JSON.stringify(document));

/** One document of each dataset of the recording, and one of each other shipper. */
const documents = [
  ...[...Map.groupBy(recording(), ({ event }) => event.dataset).values()].map(([first]) => first),
  metricbeat('kafka.broker', { kafka: { broker: { address: 'b:1', mbean: 'k:type=a,topic=t', in: { bytes: 1 } } } }),
  metricbeat('moosefs.disk', { moosefs: { disk: { chunkserver: { ip: '::1', port: 1 }, path: '/', used: 1 } } }),
  metricbeat('x.y', { error: { message: 'nothing there' }, x: { name: 'a', y: { id: 5, v: 1 } } }),
  { '@timestamp': '2026-11-23T15:00:00Z', agent: { type: 'filebeat' }, host: { name: 'a' }, log: { level: 'warn' } },
  { message: 'x', 'host.name': 'a', event: { module: 'm' }, fileset: { name: 'f' } },
  [
    {
      values: [0, null, 2],
      dstypes: ['derive', 'gauge', 'absolute'],
      dsnames: ['read', 'write', 'value'],
      time: 1_795_446_000.5,
      host: 'node-m',
      plugin: 'disk',
      plugin_instance: 'sda',
      type: 'disk_octets',
      type_instance: '',
    },
  ],
];

const headers = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ [header.replay]: 'recorded' }) },
  fc.constant({}),
  fc.dictionary(
    fc.constantFrom(...Object.values(header)),
    fc.oneof(fc.constantFrom('tick/1', 'end/1', 'x'.repeat(100_000)), fc.string({ unit: 'binary' })),
  ),
);

it('every input becomes at least one sample that fits its schema, or is refused with a reason and a detail', () => {
  fc.assert(
    fc.property(fc.oneof(anything, spoilt, hostileTexts(documents)), headers, (document, given) => {
      const record = beat(document, given);
      readsOrRefuses(() => {
        const { effects } = normalise(record, defaultSettings, defaultLayout);
        expect(effects.length).toBeGreaterThan(0);
        for (const { value, headers: sent } of effects) {
          if (sent[header.schema] !== 'sample/2') continue;
          expect(isSample(JSON.parse(String(value)))).toBe(true);
          expect(sampleSchema.safeParse(JSON.parse(String(value))).success).toBe(true);
        }
      });
    }),
    { numRuns: 2_000 },
  );
});
