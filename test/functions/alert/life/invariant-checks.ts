import { expect } from 'vitest';
import { severityRank } from '../../../../functions/alert/cluster-state.ts';
import type { Alert } from '../../../../functions/shared/domain/alert.ts';
import type { Invariant } from './invariants.ts';

/** The records of one alert, in order. */
type Life = readonly Alert[];

const rankOf = ({ severity }: Alert): number => severityRank[severity];

const statusesAfter: Readonly<Record<Alert['status'], readonly Alert['status'][]>> = {
  open: ['open', 'acknowledged', 'resolved'],
  acknowledged: ['acknowledged', 'resolved'],
  resolved: ['resolved'],
};

function eachNext(life: Life, check: (next: Alert, before: Alert, earlier: Life) => void): void {
  for (const [nth, next] of life.entries()) if (nth > 0) check(next, life[nth - 1]!, life.slice(0, nth));
}

const isAcknowledgement = ({ transition }: Alert): boolean => transition === 'acknowledged';
const namesIn = ({ suspects }: Alert): string[] => suspects.map(({ entity: { kind, name } }) => `${kind}/${name}`);

/** The invariants that the records of one alert show, and their checks. */
export const checks = {
  'OPENED-FIRST': (life) =>
    expect(life.map(({ transition }) => transition === 'opened')).toEqual(life.map((_, nth) => nth === 0)),
  'REVISION-RISES': (life) => expect(life.map(({ revision }) => revision)).toEqual(life.map((_, nth) => nth + 1)),
  'STATUS-NEVER-RETURNS': (life) =>
    eachNext(life, (next, before) => expect(statusesAfter[before.status]).toContain(next.status)),
  'START-IS-FIXED': (life) => eachNext(life, (next, before) => expect(next.startsAtMs).toBe(before.startsAtMs)),
  'SEVERITY-NEVER-FALLS': (life) =>
    eachNext(life, (next, before) => expect(rankOf(next)).toBeGreaterThanOrEqual(rankOf(before))),
  'RESOLVED-ONCE': (life) =>
    eachNext(life, (next, before) => {
      if (before.status === 'resolved') {
        expect(['feedback', 'commented']).toContain(next.transition);
        expect(next.status).toBe('resolved');
      } else expect(next.status === 'resolved').toBe(next.transition === 'resolved');
    }),
  'RESOLVE-FOLLOWS-ANNOUNCEMENT': (life) =>
    eachNext(life, (next, _, earlier) => {
      if (next.transition === 'resolved') expect(next.notify).toBe(earlier.some(({ notify }) => notify));
    }),
  'NAMED-BEFORE-RESOLVED': (life) =>
    eachNext(life, (next, _, earlier) => {
      if (next.transition !== 'resolved' || !next.notify) return;
      const named = earlier.filter(({ notify }) => notify).flatMap(namesIn);
      expect(named).toEqual(expect.arrayContaining(namesIn(next)));
    }),
  'FIRST-PAGE-IS-NAMED': (life) => {
    const first = life.find(({ notify }) => notify)?.revision;
    for (const { revision, firstPageRevision } of life) {
      expect(firstPageRevision).toBe(first !== undefined && revision >= first ? first : undefined);
    }
  },
  'ACKNOWLEDGED-IS-NOT-REPAGED': (life) =>
    eachNext(life, (next, before, earlier) => {
      if (before.status !== 'acknowledged' || !next.notify || next.transition === 'resolved') return;
      const known = earlier.findLast(({ notify }) => notify) ?? earlier.find(isAcknowledgement)!;
      expect(next.transition).toBe('updated');
      const isWorse = rankOf(next) > rankOf(known) || next.suspects.length > known.suspects.length;
      expect(isWorse).toBe(true);
    }),
  'SHORT-INCIDENT-DOES-NOT-PAGE': ([opened, resolved]) => {
    const { notify, severity, trace } = opened!;
    const isOver = trace.findLast(({ stage }) => stage === 'group')?.reason === 'over';
    if (!isOver) expect(notify || trace.some(({ stage }) => stage === 'silence')).toBe(true);
    else if (severity !== 'critical') expect(notify).toBe(false);
    if (isOver && resolved !== undefined) expect(resolved.endsAtMs! - resolved.startsAtMs).toBeLessThan(30_000);
  },
  'TRACE-IS-BOUNDED': (life) => {
    for (const { trace } of life) expect(trace.length).toBeLessThanOrEqual(60);
  },
} satisfies Partial<Record<Invariant, (life: Life) => void>>;

/** Checks TIME-NEVER-RETURNS, which holds only where no broker's clock is set right. */
export function expectTimeNeverReturns(life: Life): void {
  eachNext(life, (next, before) => expect(next.updatedAtMs).toBeGreaterThanOrEqual(before.updatedAtMs));
}
