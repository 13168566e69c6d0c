import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Anomaly } from '../../../../functions/shared/domain/anomaly.ts';
import { entityPath } from '../../../../functions/shared/domain/entity.ts';
import { globOf } from '../../../../functions/shared/domain/glob.ts';
import { proposalFor, roundedUp } from '../../../../functions/shared/domain/proposal.ts';
import { settingsSchema } from '../../../../functions/shared/domain/settings.ts';
import { anomaly, seriesAt } from '../../alert/signals.ts';

const alert = { entity: { cluster: 'prod', kind: 'host', name: 'a' } } as const;
const disk = anomaly({ series: { ...seriesAt('host', 'a'), dimensions: { device: 'sda' } } });
const settingsOf = (lines: readonly string[] = []) => settingsSchema.parse(parse(lines.join('\n')));

describe('the setting that is proposed', () => {
  // The peak is 90 MB/s, and 2 MB/s were expected: 88 MB/s more.
  it('for an expected anomaly is a floor of its series', () => {
    const { lines } = proposalFor('expected', alert, [disk])!;
    expect(settingsOf(lines).catalogue).toEqual([
      {
        match: { metric: 'system.diskio.write.bytes', entity: 'prod/host/a', dimensions: { device: 'sda' } },
        floor: 89e6,
      },
    ]);
    expect(lines.at(-1)).toContain('# By/s');
  });

  it('for noise is a floor of its metric on its entity', () => {
    expect(settingsOf(proposalFor('noise', alert, [disk])!.lines).catalogue).toEqual([
      { match: { metric: 'system.diskio.write.bytes', entity: 'prod/host/a' }, floor: 89e6 },
    ]);
  });

  it.each([
    ['a rise beyond a limit is a higher bound', { kind: 'limit', peak: 0.968 }, { limit: [{ above: 0.97 }] }],
    ['a fall below a limit is no limit', { kind: 'limit', peak: 0, direction: 'down' }, { limit: 'off' }],
    ['a run of one value is not to judge it', { kind: 'quiet' }, { ignore: true }],
    ['a difference from peers is not to compare it', { kind: 'peers' }, { peers: 'off' }],
    ['a fall by more than half is a direction', { peak: 0.5e6, direction: 'down' }, { direction: 'up' }],
    ['a fall by less is a floor', { peak: 1.5e6, direction: 'down' }, { floor: 510_000 }],
  ] as const)('for %s', (_, parts, change) => {
    const [override] = settingsOf(proposalFor('noise', alert, [{ ...disk, ...parts }])!.lines).catalogue;
    const { limit } = override!;
    const bounds = Array.isArray(limit) ? limit : limit === undefined || limit === 'off' ? undefined : [limit];
    expect({ ...override, ...(bounds && { limit: bounds }) }).toMatchObject(change);
  });

  // An override with limits replaces all of a series: the catalogue has a warning above 0.9 and a critical one above 0.95.
  it.each([
    [
      0.921,
      [
        { above: 0.93, forMs: 60_000, severity: 'warning' },
        { above: 0.95, forMs: 60_000, severity: 'critical' },
      ],
    ],
    [
      0.961,
      [
        { above: 0.97, forMs: 60_000, severity: 'warning' },
        { above: 0.97, forMs: 60_000, severity: 'critical' },
      ],
    ],
  ])(
    'for a peak of %d beyond a limit keeps severities, times and the limits that it was not beyond',
    (peak, limits) => {
      const series = { ...disk.series, metric: 'system.filesystem.used.pct', dimensions: { mount_point: '/data' } };
      const [override] = settingsOf(
        proposalFor('expected', alert, [{ ...disk, series, kind: 'limit', peak }])!.lines,
      ).catalogue;
      expect(override!.limit).toMatchObject(limits.map(({ forMs, ...limit }) => ({ ...limit, for: forMs })));
    },
  );

  it('for a limit keeps those of the overrides in force', () => {
    const { catalogue } = settingsOf([
      'catalogue:',
      '  - match: { metric: system.diskio.write.bytes }',
      '    limit: [{ above: 1000, for: 10s }, { below: 5 }, { above: 1e9, severity: critical }]',
    ]);
    const { lines } = proposalFor('expected', alert, [{ ...disk, kind: 'limit', peak: 5090 }], catalogue)!;
    expect(settingsOf(lines).catalogue[0]!.limit).toMatchObject([
      { above: 5100, for: 10_000, severity: 'warning' },
      { below: 5, severity: 'warning' },
      { above: 1e9, severity: 'critical' },
    ]);
    const fall = { ...disk, kind: 'limit', direction: 'down', peak: 1 } as const;
    expect(settingsOf(proposalFor('expected', alert, [fall], catalogue)!.lines).catalogue[0]!.limit).toMatchObject([
      { above: 1000 },
      { above: 1e9 },
    ]);
  });

  it('for an entity without data is that it may stop', () => {
    expect(settingsOf(proposalFor('expected', alert, [{ ...disk, kind: 'no data' }])!.lines).noData.ignore).toEqual([
      'prod/host/a',
    ]);
  });

  it('is none for a forecast', () => {
    expect(proposalFor('noise', alert, [{ ...disk, kind: 'forecast' }])).toBeUndefined();
  });

  it('for a wrong cause is an edge to the entity that was the cause, which the operator fills in', () => {
    const { lines } = proposalFor('wrong cause', alert, [])!;
    const filled = lines.map((line) => line.replace('KIND/NAME', 'broker/k'));
    expect(settingsOf(filled).edges).toEqual([{ from: 'prod/host/a', to: 'prod/broker/k' }]);
  });

  it.each(['useful', 'expected', 'noise'] as const)('is none for %s without its anomaly', (verdict) => {
    expect(proposalFor(verdict, alert, [])).toBeUndefined();
  });

  it('is none for something useful, nor for an anomaly without a deviation', () => {
    expect(proposalFor('useful', alert, [disk])).toBeUndefined();
    expect(proposalFor('noise', alert, [{ ...disk, peak: disk.expected! }])).toBeUndefined();
  });

  it('has the unit in a comment of one line, whatever the unit is', () => {
    for (const unit of ['By\n    ignore: true', 'By\r    ignore: true']) {
      for (const kind of ['deviation', 'limit'] as const) {
        const { lines } = proposalFor('expected', alert, [{ ...disk, kind, unit }])!;
        expect(settingsOf(lines).catalogue).toEqual(
          settingsOf(proposalFor('expected', alert, [{ ...disk, kind }])!.lines).catalogue,
        );
      }
    }
  });

  it('quotes the cluster of an edge', () => {
    for (const cluster of ["'q", '*x', '{a', 'a:']) {
      const { lines } = proposalFor('wrong cause', { entity: { ...alert.entity, cluster } }, [])!;
      const filled = lines.map((line) => line.replace('KIND/NAME', 'broker/k'));
      expect(settingsOf(filled).edges).toEqual([{ from: `${cluster}/host/a`, to: `${cluster}/broker/k` }]);
    }
  });

  const ofDevice = (device: string, parts: Partial<Anomaly> = {}): Anomaly => ({
    ...disk,
    id: device,
    series: { ...disk.series, dimensions: { device } },
    ...parts,
  });

  it('for an expected alert of several series has an override of each, with the greatest deviation of it', () => {
    const { lines, effect, left } = proposalFor('expected', alert, [
      ofDevice('sda'),
      ofDevice('sdb'),
      ofDevice('sda', { peak: 190e6 }),
    ])!;
    expect(settingsOf(lines).catalogue.map(({ match, floor }) => [match.dimensions, floor])).toEqual([
      [{ device: 'sda' }, 190e6],
      [{ device: 'sdb' }, 89e6],
    ]);
    expect(effect).toBe('with these lines, none of 3 anomalies of 2 series would have been one');
    expect(left).toBeUndefined();
  });

  it('for noise of several series of a metric is one override with the greatest deviation', () => {
    const { lines, effect } = proposalFor('noise', alert, [ofDevice('sda', { peak: 190e6 }), ofDevice('sdb')])!;
    expect(settingsOf(lines).catalogue).toMatchObject([{ floor: 190e6 }]);
    expect(effect).toContain('this metric of this entity is off only if it deviates more than these anomalies did');
  });

  it('for a rise, a fall, a limit and a silent entity of one alert has a key for each', () => {
    const { lines } = proposalFor('expected', alert, [
      disk,
      { ...disk, peak: 0, direction: 'down' },
      { ...disk, kind: 'limit' },
      { ...disk, kind: 'no data' },
    ])!;
    const { catalogue, noData } = settingsOf(lines);
    expect(catalogue).toHaveLength(1);
    expect(catalogue[0]).toMatchObject({ floor: 89e6, direction: 'up', limit: { above: 91e6 } });
    expect(noData.ignore).toEqual(['prod/host/a']);
  });

  it('says what it would not have changed', () => {
    expect(proposalFor('noise', alert, [disk, { ...disk, kind: 'forecast' }])!.left).toBe(
      'no single setting would have changed the alert: 1 of its 2 anomalies would still be there, because no setting decides about them alone',
    );
  });

  it.each([
    ['an entity', { ...disk.series, entity: { ...disk.series.entity, name: 'a*' } }],
    ['a metric', { ...disk.series, metric: 'acme.*' }],
    ['a dimension', { ...disk.series, dimensions: { device: '*' } }],
  ])('is about one series alone where %s has an asterisk in its name', (_, series) => {
    const [override] = settingsOf(proposalFor('expected', alert, [{ ...disk, series }])!.lines).catalogue;
    expect(override!.match).toMatchObject({
      metric: globOf(series.metric),
      entity: globOf(entityPath(series.entity)),
      dimensions: { device: globOf(series.dimensions.device!) },
    });
  });

  it('is only about the likely cause where an alert needs more than ten overrides, and says so', () => {
    const many = Array.from({ length: 12 }, (_, nth) => ofDevice(`sd${nth}`));
    const { lines, left } = proposalFor('expected', alert, many)!;
    expect(settingsOf(lines).catalogue.map(({ match }) => match.dimensions)).toEqual([{ device: 'sd0' }]);
    expect(left).toContain('11 of its 12 anomalies would still be there, because all together need 12 overrides');
  });

  it('is a valid settings file, whatever the names are', () => {
    const name = fc.string({ minLength: 1, maxLength: 20, unit: 'binary' }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(name, name, name, (metric, device, host) => {
        const series = { entity: { ...alert.entity, name: host }, metric, dimensions: { device } };
        const { lines } = proposalFor('expected', alert, [{ ...disk, series }])!;
        expect(settingsOf(lines).catalogue[0]!.match).toEqual({
          metric: globOf(metric),
          entity: globOf(`prod/host/${host}`),
          dimensions: { device: globOf(device) },
        });
      }),
    );
  });
});

it('a number is rounded up to two digits, and above itself', () => {
  expect([87_900_001, 88e6, 0.123, 1, 9.99].map(roundedUp)).toEqual([88e6, 89e6, 0.13, 1.1, 10]);
  fc.assert(
    fc.property(fc.double({ min: 1e-9, max: 1e15, noNaN: true }), (value) => {
      expect(roundedUp(value)).toBeGreaterThan(value);
      expect(roundedUp(value)).toBeLessThanOrEqual(1.12 * value);
    }),
  );
});
