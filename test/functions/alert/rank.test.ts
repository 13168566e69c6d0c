import { describe, expect, it } from 'vitest';
import type { Member } from '../../../functions/alert/cluster-state.ts';
import { rankSuspects } from '../../../functions/alert/rank.ts';
import type { EntityKind } from '../../../functions/shared/domain/entity.ts';
import { anomaly, midnightMs, seriesAt } from './signals.ts';

function member(kind: EntityKind, name: string, secondsLate: number, parts: Partial<Member> = {}): Member {
  const series = seriesAt(kind, name);
  const startsAtMs = midnightMs + secondsLate * 1000;
  return {
    ...anomaly({ series, startsAtMs, reason: `${name} is off` }),
    heardAtMs: startsAtMs,
    detectPartition: 0,
    ...parts,
  };
}

const ranked = (...members: readonly Member[]) =>
  rankSuspects(members).map(({ entity, why }) => `${entity.name}: ${why}`);

describe('the likely cause', () => {
  it('is the only anomaly, if there is one', () => {
    expect(ranked(member('host', 'a', 0))).toEqual(['a: the only entity with an anomaly: a is off']);
  });

  it('is the anomaly that began first, if by more than two collections', () => {
    expect(ranked(member('host', 'a', 30, { severity: 'critical' }), member('host', 'b', 0))).toEqual([
      'b: began first: b is off',
      'a: began 30 s later: a is off',
    ]);
  });

  it('is the strongest of the anomalies that began together: by severity, then by score', () => {
    const [a, b, c] = [
      member('host', 'a', 0, { score: 0.97 }),
      member('host', 'b', 19, { score: 0.98 }),
      member('host', 'c', 10, { score: 0.91, severity: 'critical' }),
    ];
    expect(ranked(a!, b!, c!)).toEqual([
      'c: began with the first, strongest: c is off',
      'b: began with the first, weaker: b is off',
      'a: began with the first, weaker: a is off',
    ]);
  });

  it('is the one upstream of equally strong ones', () => {
    expect(ranked(member('consumer-group', 'g', 0), member('broker', 'b', 0), member('host', 'h', 0))).toEqual([
      'h: began with the first, upstream: h is off',
      'b: began with the first, downstream: b is off',
      'g: began with the first, downstream: g is off',
    ]);
  });

  it('is listed once for each entity, with its anomaly of the highest rank', () => {
    const two = [member('host', 'a', 0, { id: '1', score: 0.9 }), member('host', 'a', 0, { id: '2', score: 0.95 })];
    expect(rankSuspects(two).map(({ anomalyId }) => anomalyId)).toEqual(['2']);
  });

  it('does not depend on the order in which the anomalies joined', () => {
    const members = ['a', 'b', 'c'].map((name) => member('host', name, 0));
    expect(ranked(...members)).toEqual(ranked(...members.toReversed()));
  });

  it('is listed with at most nine other suspects', () => {
    expect(ranked(...Array.from({ length: 20 }, (_, nth) => member('host', `h${nth}`, nth)))).toHaveLength(10);
  });
});

it('sent most, of those that are about as strong and moved bytes, whichever is a little stronger', () => {
  const moved = (name: string, metric: string, score: number, change: number): Member =>
    member('host', name, 0, { series: { ...seriesAt('host', name), metric }, score, change, direction: 'up' });
  const [out, into] = ['system.network.out.bytes', 'system.network.in.bytes'];
  const sender = moved('sender', out, 0.82, 30e6);
  expect(ranked(moved('receiver', into, 0.83, 20e6), sender)).toEqual([
    'sender: began with the first, 60 % of the change in bytes: sender is off',
    'receiver: began with the first: receiver is off',
  ]);
  expect(ranked(moved('receiver', into, 0.98, 20e6), sender)[0]).toMatch(/^receiver: began with the first, strongest/);
});
