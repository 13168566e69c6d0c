import fc from 'fast-check';
import { expect, it } from 'vitest';
import { minuteMs } from '../../../functions/shared/domain/durations.ts';
import { type IncidentKeys, pairIncidents } from '../../../local/backtest/same-incident.ts';

const incident = (name: string, minute: number, ...anomalies: string[]): IncidentKeys => ({
  entity: { cluster: 'prod', kind: 'host', name },
  startsAtMs: minute * minuteMs,
  anomalies,
});

it('an incident with an anomaly in common is the same, however near another one of its host began', () => {
  const [disk, cpu] = [incident('a', 0, 'disk'), incident('a', 1, 'cpu')];
  const cpuAgain = incident('a', 1, 'cpu');
  expect([...pairIncidents([disk, cpu], [cpuAgain])]).toEqual([[cpu, cpuAgain]]);
});

it('of the rest, those with the same cause within 5 minutes are the same, each once', () => {
  const ones = [incident('a', 0, '1'), incident('a', 4, '2'), incident('a', 20, '3'), incident('b', 0, '4')];
  const others = [incident('a', 5, '5'), incident('a', 26, '6')];
  expect([...pairIncidents(ones, others)]).toEqual([[ones[0], others[0]]]);
});

it('incidents are all the same as themselves, and none belongs to two', () => {
  const incidents = fc.array(
    fc.tuple(fc.constantFrom('a', 'b'), fc.nat(30), fc.array(fc.constantFrom('x', 'y', 'z'), { maxLength: 2 })),
  );
  fc.assert(
    fc.property(incidents, incidents, (left, right) => {
      const [ones, others] = [left, right].map((all) =>
        all.map(([name, minute, ids]) => incident(name, minute, ...ids)),
      );
      const pairs = pairIncidents(ones!, others!);
      expect(new Set(pairs.values()).size).toBe(pairs.size);
      const distinct = ones!.map((one, nth) => ({ ...one, anomalies: [`own ${nth}`] }));
      for (const [one, same] of pairIncidents(distinct, distinct)) expect(same).toBe(one);
      expect(pairIncidents(distinct, distinct).size).toBe(distinct.length);
    }),
  );
});
