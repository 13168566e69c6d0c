import { describe, expect, it } from 'vitest';
import { seriesLimits } from '../../../functions/detect/capacity.ts';
import { detectStep } from '../../../functions/detect/detect.ts';
import { DetectState } from '../../../functions/detect/state.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { flood, offHosts, ship, watched } from './flood.ts';
import { anomaliesOf, context } from './records.ts';

const hourS = 3_600;
const limited = (perEntity: number, perPartition: number) =>
  new DetectState(new Map(), context.settings, { perEntity, perPartition });

describe('a flood of names', () => {
  it('of 125,000 hosts in 37 s does not keep known hosts, and hosts that are new before, during or after it, from being judged', () => {
    const state = detectStep.open(new Map(), context);
    const shippers = [
      watched('known', 0, 1_200),
      watched('new before', 590, 1_200),
      flood(125_000 / 37, 600, 637, (nth) => ({ name: `random-${nth}` })),
      watched('new during', 610, 1_200),
      watched('new after', 640, 1_200),
    ];
    const effects = ship(state, shippers, 1_200);
    expect(offHosts(effects)).toEqual(new Set(['known', 'new before', 'new during', 'new after']));
    expect(effects.filter(({ topic }) => topic === topics.deadLetters)).toEqual([]);
    expect(state.counts.get('too many series')).toBeUndefined();
    expect(state.counts.get('forgotten for new series')).toBeGreaterThan(50_000);
    expect(state.table.seriesCount).toBeLessThanOrEqual(seriesLimits.perPartition);
  });

  const scale = 100;
  const perSecond = 3_400 / scale;
  const seriesMax = seriesLimits.perPartition / scale;
  const floods = {
    'random names for a whole hour': (nth: number) => ({ name: `random-${nth}` }),
    'hosts that are sent three times each': (nth: number) => ({
      name: `random-${nth - (nth % 900) + (nth % 300)}`,
    }),
    'the same names again and again, more than the limit': (nth: number) => ({
      name: `random-${nth % 2_000}`,
    }),
    'one host with an unbounded number of devices': (nth: number) => ({ name: 'endless', device: `sd${nth}` }),
    'twelve hosts, each with as many devices as a host may have': (nth: number) => ({
      name: `wide-${nth % 12}`,
      device: `sd${nth % 1_200}`,
    }),
  };

  it.each(Object.entries(floods))(
    '%s: known hosts and a new one are judged, and a partition keeps its limit',
    (_, of) => {
      const state = limited(seriesLimits.perEntity / scale, seriesMax);
      const effects = ship(
        state,
        [
          watched('known', 0, hourS + 1_200),
          flood(perSecond, 900, hourS + 900, of),
          watched('new', 1_800, hourS + 1_200),
          watched('new after', hourS + 910, hourS + 1_800),
        ],
        hourS + 1_800,
      );
      const judged = offHosts(effects);
      expect([...judged].filter((name) => !/^(random|wide|endless)/.test(name))).toEqual(['known', 'new', 'new after']);
      expect(state.table.seriesCount).toBeLessThanOrEqual(seriesMax);
    },
    60_000,
  );

  it('does not keep the other devices of its own host from being judged', () => {
    const state = limited(100, 1_200);
    const effects = ship(
      state,
      [
        watched('endless', 0, 2_400, { device: 'sda' }),
        flood(30, 900, 1_800, (nth) => ({ name: 'endless', device: `sd${nth}` })),
        watched('endless', 1_000, 2_400, { device: 'sdb' }),
      ],
      2_400,
    );
    const off = new Set(anomaliesOf(effects).map(({ series }) => series.dimensions.device));
    expect(off).toEqual(new Set(['sda', 'sdb']));
  });
});
