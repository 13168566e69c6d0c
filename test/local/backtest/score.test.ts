import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minuteMs, secondMs } from '../../../functions/shared/domain/durations.ts';
import type { Labels } from '../../../local/backtest/labels.ts';
import { firstPageOf, type Page, scoreOf, totalsOf } from '../../../local/backtest/score.ts';
import { alertOf } from '../../support/alerts.ts';

const startMs = Date.parse('2026-11-23T15:00:00Z');
const endMs = startMs + 5 * minuteMs;
const range = { fromMs: startMs - 60 * minuteMs, toMs: startMs + 60 * minuteMs };
const database = { kind: 'host', name: 'db-1' } as const;
const web = { kind: 'host', name: 'web-1' } as const;

const incident = { id: 'i1', start: startMs, end: endMs, entities: [database] };
const labels: Labels = { period_s: 10, incidents: [incident], benign: [], ignored: [] };

let pages = 0;
function page(startsAtMs: number, entity: typeof database | typeof web = database): Page {
  pages += 1;
  const cluster = 'recorded';
  return {
    alertId: `a${pages}`,
    startsAtMs,
    pagedAtMs: startsAtMs + 30_000,
    entity: { cluster, ...entity },
    headline: '',
  };
}

describe('the score of a backtest', () => {
  it('finds an incident that was paged, with the seconds from its start and its cause', () => {
    const paged = page(startMs + 10_000);
    const { incidents, falsePages } = scoreOf(labels, [paged], range);
    expect(incidents).toEqual([
      { incident, outcome: 'found', page: paged, seconds: 40, causeIsRight: true, furtherPages: 0 },
    ]);
    expect(falsePages).toEqual([]);
  });

  it('misses an incident without a page', () => {
    expect(scoreOf(labels, [], range).incidents).toEqual([{ incident, outcome: 'missed', furtherPages: 0 }]);
  });

  it.each([
    ['two collections before the start', startMs - 20_000, 'found'],
    ['earlier', startMs - 20_001, 'missed'],
    ['a minute after the end', endMs + minuteMs, 'found'],
    ['later', endMs + minuteMs + 1, 'missed'],
  ])('counts a page that begins %s of an incident as %s', (_name, startsAtMs, expected) => {
    expect(scoreOf(labels, [page(startsAtMs)], range).incidents[0]?.outcome).toBe(expected);
  });

  it('allows two collections after the end where they are longer than a minute', () => {
    const slow = { ...labels, period_s: 300 };
    expect(scoreOf(slow, [page(endMs + 600 * secondMs)], range).falsePages).toEqual([]);
  });

  it('counts a second alert about an incident as a further page, and the cause of the first one', () => {
    const { incidents } = scoreOf(labels, [page(startMs, web), page(startMs + minuteMs)], range);
    expect(incidents[0]).toMatchObject({ causeIsRight: false, furtherPages: 1 });
  });

  it('gives a page during two incidents to the one whose entity it suspects, else to the later one', () => {
    const later = { id: 'i2', start: startMs + minuteMs, end: endMs, entities: [web] };
    const both = { ...labels, incidents: [incident, later] };
    const atMs = startMs + 2 * minuteMs;
    const ids = (paged: Page) =>
      scoreOf(both, [paged], range)
        .incidents.filter(({ outcome }) => outcome === 'found')
        .map((each) => each.incident.id);
    expect(ids(page(atMs, database))).toEqual(['i1']);
    expect(ids({ ...page(atMs), entity: { cluster: 'recorded', kind: 'topic', name: 'orders' } })).toEqual(['i2']);
  });

  it('counts a page about no incident as false, and names the benign work during which it began', () => {
    const backup = { kind: 'backup', start: startMs + 20 * minuteMs, end: startMs + 21 * minuteMs };
    const [during, alone] = [page(backup.start), page(startMs + 40 * minuteMs)];
    expect(scoreOf({ ...labels, benign: [backup] }, [during, alone], range).falsePages).toEqual([
      { page: during, during: 'backup' },
      { page: alone },
    ]);
  });

  it('leaves pages about ignored entities out', () => {
    const score = scoreOf({ ...labels, ignored: [web] }, [page(startMs, web)], range);
    expect(totalsOf(score)).toMatchObject({ found: 0, missed: 1, falsePages: 0, ignoredPages: 1 });
  });

  it('does not count an incident outside the recording', () => {
    const before = { ...incident, start: range.fromMs - 2 * minuteMs, end: range.fromMs - minuteMs };
    const after = { ...incident, id: 'i2', start: range.toMs + 1, end: range.toMs + minuteMs };
    const score = scoreOf({ ...labels, incidents: [before, after] }, [], range);
    expect(score.incidents.map(({ outcome }) => outcome)).toEqual(['outside', 'outside']);
    expect(totalsOf(score)).toEqual({
      incidents: 0,
      found: 0,
      missed: 0,
      outside: 2,
      falsePages: 0,
      furtherPages: 0,
      ignoredPages: 0,
      causesRight: 0,
      causesWrong: 0,
    });
  });

  it('counts a page as false that only an incident outside the recording would explain', () => {
    const before = { ...incident, start: range.fromMs - 2 * minuteMs, end: range.fromMs - 1_000 };
    const score = scoreOf({ ...labels, incidents: [before] }, [page(range.fromMs)], range);
    expect(totalsOf(score)).toMatchObject({ found: 0, outside: 1, falsePages: 1 });
  });

  it('adds up recall, precision, causes and the median of seconds', () => {
    const second = { id: 'i2', start: startMs + 30 * minuteMs, end: startMs + 31 * minuteMs, entities: [] };
    const third = { ...second, id: 'i3', start: startMs + 50 * minuteMs, end: startMs + 51 * minuteMs };
    const paged = [page(startMs), page(second.start + 20_000), page(startMs + 20 * minuteMs)];
    const totals = totalsOf(scoreOf({ ...labels, incidents: [incident, second, third] }, paged, range));
    expect(totals).toMatchObject({
      found: 2,
      missed: 1,
      falsePages: 1,
      causesRight: 1,
      causesWrong: 0,
      medianSeconds: 40,
    });
    expect(totals.recall).toBeCloseTo(2 / 3);
    expect(totals.precision).toBeCloseTo(2 / 3);
  });

  it('counts each page once, whatever the labels are', () => {
    const minutes = fc.integer({ min: -60, max: 60 });
    const times = fc.tuple(minutes, fc.nat(30)).map(([from, long]) => ({
      start: startMs + from * minuteMs,
      end: startMs + (from + long) * minuteMs,
    }));
    fc.assert(
      fc.property(fc.array(times), fc.array(times), fc.array(minutes), (incidents, benign, paged) => {
        const all: Labels = {
          period_s: 10,
          incidents: incidents.map((each, nth) => ({ id: `i${nth}`, entities: [], ...each })),
          benign: benign.map((each) => ({ kind: 'work', ...each })),
          ignored: [web],
        };
        const given = paged.map((minute, nth) => page(startMs + minute * minuteMs, nth % 3 === 0 ? web : database));
        const { found, furtherPages, falsePages, ignoredPages } = totalsOf(scoreOf(all, given, range));
        expect(found + furtherPages + falsePages + ignoredPages).toBe(given.length);
        const expected = given.filter(
          ({ entity, startsAtMs }) =>
            entity.name === database.name &&
            !all.incidents.some(({ start, end }) => startsAtMs >= start - 20_000 && startsAtMs <= end + minuteMs),
        );
        expect(falsePages).toBe(expected.length);
      }),
    );
  });
});

describe('an alert', () => {
  it('has its first page at the revision that is sent first, with its first suspect', () => {
    const [suspect] = alertOf().suspects;
    const entity = { cluster: 'prod', kind: 'broker', name: 'kafka-1' } as const;
    const sent = alertOf({ revision: 2, firstPageRevision: 2, suspects: [{ ...suspect!, entity }] });
    expect(firstPageOf(sent)).toEqual({
      alertId: sent.id,
      startsAtMs: sent.startsAtMs,
      pagedAtMs: sent.updatedAtMs,
      entity,
      headline: sent.headline,
    });
  });

  it.each([
    ['a revision that nobody gets', { notify: false }],
    ['a revision after the first page', { revision: 3 }],
  ])('has no first page at %s', (_name, parts) => {
    expect(firstPageOf(alertOf(parts))).toBeUndefined();
  });
});
