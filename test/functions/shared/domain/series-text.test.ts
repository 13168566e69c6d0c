import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entityKinds, entitySchema } from '../../../../functions/shared/domain/entity.ts';
import { anomalyId, measurementId } from '../../../../functions/shared/domain/ids.ts';
import { printable } from '../../../../functions/shared/domain/printable.ts';
import { dimensionsSchema, metricNameSchema, type Series } from '../../../../functions/shared/domain/series.ts';
import { dimensionsText, parseSeriesText, seriesText } from '../../../../functions/shared/domain/series-text.ts';

const seriesWith = (dimensions: Series['dimensions'], metric = 'm', name = 'node-a'): Series => ({
  entity: { cluster: 'prod', kind: 'host', name },
  metric,
  dimensions,
});

/** Returns a generator of names that the text of a series must tell apart from its own characters. */
function names(min: number, max: number) {
  const meant = fc.constantFrom(
    ' ',
    ',',
    '=',
    '{',
    '}',
    '"',
    '\\',
    '\n',
    '/',
    "'",
    '\u202e',
    'a',
    'é',
    '😀',
    '\\u0041',
  );
  return fc
    .oneof(
      fc.string({ minLength: min, maxLength: max }),
      fc.string({ minLength: min, maxLength: max, unit: 'grapheme' }),
      fc.array(meant, { minLength: min, maxLength: max }).map((some) => some.join('')),
    )
    .filter((name) => name !== '__proto__');
}

const anySeries: fc.Arbitrary<Series> = fc
  .record({
    entity: fc.record({
      cluster: names(1, 9),
      kind: fc.constantFrom(...entityKinds),
      name: names(1, 20),
    }),
    metric: names(1, 20),
    dimensions: fc.dictionary(names(1, 9), names(0, 20), { maxKeys: 4 }),
  })
  .filter(
    ({ entity, metric, dimensions }) =>
      entitySchema.safeParse(entity).success &&
      metricNameSchema.safeParse(metric).success &&
      dimensionsSchema.safeParse(dimensions).success,
  );

describe('the text of a series', () => {
  it('is as people type it, with the dimensions in order', () => {
    const series = seriesWith({ device: 'sda', a: '1' }, 'system.diskio.write.bytes');
    expect(seriesText(series)).toBe('prod/host/node-a system.diskio.write.bytes{a=1,device=sda}');
    expect(parseSeriesText(seriesText(series))).toEqual(series);
    expect(parseSeriesText('prod/host/node-a m')).toEqual(seriesWith({}));
    expect(parseSeriesText('no series')).toBeUndefined();
    expect(parseSeriesText('prod/host/a m{x}')).toBeUndefined();
  });

  // The right column is what versions before the quotes wrote. Ids are made of it.
  it.each<[Series, string]>([
    [
      seriesWith({ interface: 'vEthernet (Default Switch)' }),
      'prod/host/node-a m{interface=vEthernet (Default Switch)}',
    ],
    [seriesWith({ mount_point: 'C:\\' }), 'prod/host/node-a m{mount_point=C:\\}'],
    [seriesWith({ bean: 'type=Broker' }), 'prod/host/node-a m{bean=type=Broker}'],
    [seriesWith({ a: '', b: 'it\'s 5" wide' }), 'prod/host/node-a m{a=,b=it\'s 5" wide}'],
    [seriesWith({}, 'm', 'my host/é'), 'prod/host/my host/é m'],
    [seriesWith({ 'my.app.queue name': ' x' }), 'prod/host/node-a m{my.app.queue name= x}'],
  ])('a name without a character that has a meaning in it has no quotes: %j', (series, text) => {
    expect(seriesText(series)).toBe(text);
    expect(parseSeriesText(text)).toEqual(series);
  });

  it.each<[Series, string]>([
    [seriesWith({ a: 'x,b=y' }), 'prod/host/node-a m{a="x,b=y"}'],
    [seriesWith({ 'a=b': '"' }), 'prod/host/node-a m{"a=b"="\\""}'],
    [seriesWith({ a: '{\n}\u202e' }), 'prod/host/node-a m{a="{\\n}\\u202e"}'],
    [seriesWith({}, 'free disk {C:}'), 'prod/host/node-a "free disk {C:}"'],
    [seriesWith({}, 'm', 'a m{b=c}'), 'prod/host/"a m{b=c}" m'],
  ])('a name with a character that has a meaning is in quotes, as in JSON: %j', (series, text) => {
    expect(seriesText(series)).toBe(text);
    expect(parseSeriesText(text)).toEqual(series);
  });

  it.each<[string, Series]>([
    ['prod/host/"node-a" "m"{"a"="1"}', seriesWith({ a: '1' })],
    ['prod/host/node-a m{a=1, b=2}', seriesWith({ a: '1', b: '2' })],
    ['prod/host/node-a m{a=Port 1, (left), x}', seriesWith({ a: 'Port 1, (left), x' })],
    ['prod/host/node-a m{a={x}}', seriesWith({ a: '{x}' })],
    ['prod/host/node-a m{}', seriesWith({})],
  ])('a person may type %s', (text, series) => {
    expect(parseSeriesText(text)).toEqual(series);
  });

  it.each([
    'prod/host/node-a m{a=1,a=2}',
    'prod/host/node-a m{a="1"x}',
    'prod/host/node-a m{a="1",x}',
    'prod/host/node-a m{"a"}',
    'prod/host/node-a m{"\\x"=1}',
    'prod/host/node-a m{a=1}x',
    'prod/host/node-a "m"x',
    'prod/host/"node-a"m',
    'prod/host/ m',
    'prod/host/node-a m{a=1',
  ])('is never guessed: %s', (text) => {
    expect(parseSeriesText(text)).toBeUndefined();
  });

  it('any series is read again from its text, also from the text on a terminal', () => {
    fc.assert(
      fc.property(anySeries, (series) => {
        const text = seriesText(series);
        expect(parseSeriesText(text)).toEqual(series);
        const { entity, metric, dimensions } = series;
        if (printable(entity.cluster) === entity.cluster) expect(printable(text)).toBe(text);
        expect(
          seriesText({ entity, metric, dimensions: Object.fromEntries(Object.entries(dimensions).reverse()) }),
        ).toBe(text);
      }),
      { numRuns: 3_000 },
    );
  });

  it('a value that looks like another pair makes another text and another id', () => {
    const one = seriesWith({ a: '1,b=2' });
    const two = seriesWith({ a: '1', b: '2' });
    expect(dimensionsText(one.dimensions)).not.toBe(dimensionsText(two.dimensions));
    expect(anomalyId(one, 5)).not.toBe(anomalyId(two, 5));
    const idOf = ({ entity, dimensions }: Series): string => measurementId(entity, 'd', dimensions, 5);
    expect(idOf(one)).not.toBe(idOf(two));
  });
});
