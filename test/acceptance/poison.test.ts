import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { letterHeader } from '../../functions/shared/log/dead-letter.ts';
import { topics } from '../../functions/shared/log/topics.ts';
import { type Embedded, openEmbedded } from '../../local/embedded.ts';
import { nestedArrays } from '../support/hostile.ts';

/** Documents that are made to stop the flow, among valid documents. */

let embedded: Embedded;
beforeEach(async () => {
  embedded = await openEmbedded({ dataDir: undefined, settings: defaultSettings, terminal: () => {}, windowMs: 0 });
});
afterEach(() => embedded.close());

const good = (name: string): string =>
  `{"host":{"name":"${name}"},"event":{"dataset":"system.load"},"system":{"load":{"1":1}}}`;

/** Processes documents as a shipper wrote them, one record each. */
async function ship(...documents: readonly string[]): Promise<void> {
  await embedded.ports.eventLog.append(
    documents.map((text) => ({ topic: topics.beats, partition: 0, key: null, value: Buffer.from(text), headers: {} })),
  );
  await embedded.drain();
}

function letters() {
  return embedded.store.broker.read(topics.deadLetters, 0, 0, { recordsMax: 100, bytesMax: 64_000_000 });
}

async function storedSamples() {
  return embedded.ports.warehouse.search({ family: 'offbeat-samples', order: 'oldest first', limit: 100 });
}

const storedHosts = async () => (await storedSamples()).map((document) => document['host.name']);

const beat = (fields: string): string => `{"host":{"name":"evil-host"},${fields}}`;
const collectd = (fields: string): string =>
  `{"host":"evil-host","plugin":"load","type":"load","dsnames":["value"],"dstypes":["gauge"],"values":[1],${fields}}`;
const fields = (count: number): string => Array.from({ length: count }, (_, nth) => `"f${nth}":${nth}`).join(',');

describe('an unreadable document becomes one dead letter, and the documents beside it are stored:', () => {
  const deep = nestedArrays(20_000);
  const bean = 'kafka.server:__proto__=x,constructor=y,toString=z';

  it.each([
    ['a time of 20,000 levels', beat(`"@timestamp":${deep},"x":{"v":1}`), 'not a time', '@timestamp: '],
    ["collectd's time of 20,000 levels", collectd(`"time":${deep}`), 'not a time', '[0].time: '],
    ["collectd's time of 10^306 s", collectd('"time":1e306'), 'not a time', 'got 1e+306'],
    ['a time of 10^300 ms', beat('"@timestamp":1e300,"x":{"v":1}'), 'not a time', 'got 1e+300'],
    [
      'a time before 1970',
      beat('"@timestamp":"1969-12-31T23:59:59.999Z","x":{"v":1}'),
      'timestamp out of range',
      '1969-12-31T23:59:59.999Z',
    ],
    ['a number that is no time', beat('"@timestamp":-1,"x":{"v":1}'), 'not a time', 'got -1'],
    ['a month 99', beat('"@timestamp":"2026-99-99T99:99:99Z","x":{"v":1}'), 'not a time', 'got "2026-99-99T99:99:99Z"'],
    ['2,000 measurements', beat(`"x":{${fields(2_000)}}`), 'too many fields', 'x.f1000: '],
    [
      'half of a surrogate pair in its host',
      `{"host":{"name":"\\ud800bad\\udfff"},"x":{"v":3}}`,
      'not a sample',
      'entity.name: ',
    ],
    [
      'NUL in its host and a metric',
      `{"host":{"name":"a\\u0000b"},"x":{"n\\u0000ul":4}}`,
      'not a sample',
      'measurements.x.n\\u0000ul: ',
    ],
    [
      'a dimension named __proto__',
      beat(`"event":{"dataset":"kafka.broker"},"kafka":{"broker":{"address":"b1","mbean":"${bean}","n":1}}`),
      'not a sample',
      'dimensions: expected no dimension named __proto__',
    ],
  ])('%s', async (_name, poison, reason, detail) => {
    await ship(good('before'), poison, good('after'));
    expect(letters().map(({ value }) => String(value))).toEqual([poison]);
    const [{ headers } = { headers: {} as Record<string, string> }] = letters();
    expect(headers).toMatchObject({
      [letterHeader.stage]: 'normalise',
      [letterHeader.offset]: '1',
      [letterHeader.reason]: reason,
    });
    expect(headers[letterHeader.detail]).toContain(detail);
    expect(headers[letterHeader.detail]!.length).toBeLessThanOrEqual(1_001);
    expect(await storedHosts()).toEqual(['before', 'after']);
    expect((await embedded.health()).status).toBe('ok');
  });
});

describe('an odd but readable document is stored with its measurements:', () => {
  it.each([
    ['a dataset named __proto__', beat('"event":{"dataset":"__proto__"},"x":3'), { 'other.x': 3 }],
    [
      'numbers at the ends of what a double holds',
      beat('"event":{"dataset":"x.y"},"x":{"v":1e400,"w":-1e308,"z":1e308,"y":5e-324}'),
      { 'other.x.w': -1e308, 'other.x.z': 1e308, 'other.x.y': 5e-324 },
    ],
    [
      'metrics that every object has',
      beat('"event":{"dataset":"toString"},"toString":3,"constructor":5,"hasOwnProperty":6,"__proto__":7'),
      { 'other.toString': 3, 'other.constructor': 5, 'other.hasOwnProperty': 6 },
    ],
    [
      'fields named __proto__',
      beat(
        '"event":{"dataset":"x.y","module":"__proto__"},"__proto__":{"a":1,"name":"q"},' +
          '"x":{"__proto__":{"b":2},"constructor":{"prototype":{"polluted":1}},"valueOf":1}',
      ),
      { 'other.x.constructor.prototype.polluted': 1, 'other.x.valueOf': 1 },
    ],
    [
      "collectd's plugin, type and data source named __proto__",
      '{"values":[1,2],"dsnames":["__proto__","constructor"],"dstypes":["gauge","__proto__"],' +
        '"plugin":"__proto__","type":"__proto__","host":"evil-host"}',
      { 'other.collectd.__proto__.__proto__.__proto__': 1, 'other.collectd.__proto__.__proto__.constructor': 2 },
    ],
  ])('%s', async (_name, odd, measured) => {
    await ship(good('before'), odd, good('after'));
    expect(letters()).toEqual([]);
    expect(await storedHosts()).toEqual(['before', 'evil-host', 'after']);
    const document = (await storedSamples()).find((each) => each['host.name'] === 'evil-host')!;
    expect(Object.fromEntries(Object.entries(document).filter(([name]) => name.startsWith('other.')))).toEqual(
      measured,
    );
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('a time with a fraction of a millisecond', async () => {
    const timeMs = Date.now();
    await ship(beat(`"@timestamp":${timeMs - 0.5},"x":{"v":1}`));
    expect((await storedSamples()).map((document) => document['@timestamp'])).toEqual([new Date(timeMs).toISOString()]);
  });
});

it('a host whose name, with NUL, looks like the disk of another host stays apart from its series', async () => {
  const disk = `"event":{"dataset":"system.diskio"},"system":{"diskio":{"name":"sda","io":{"ops":5}}}`;
  const forged = `"event":{"dataset":"sda"},"system":{"diskio":{"io":{"ops":777}}}`;
  await ship(
    `{"host":{"name":"victim"},${disk}}`,
    `{"host":{"name":"victim\\u0000system.diskio\\u0000device"},${forged}}`,
    `{"host":{"name":"other"},${disk}}`,
  );
  expect(letters().map(({ headers }) => headers[letterHeader.reason])).toEqual(['not a sample']);
  expect(await storedHosts()).toEqual(['victim', 'other']);
});
