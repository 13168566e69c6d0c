import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seriesText as apiSeriesText } from '../../../functions/shared/domain/series-text.ts';
import { stillOffText } from '../../../web/alerts/still-off.ts';
import { endWords } from '../../../web/alerts/trace-words.ts';
import { tintOf } from '../../../web/charts/incident.ts';
import { aroundOf } from '../../../web/views/alert/around.ts';
import { drawnText, peakIn, seriesOf } from '../../../web/views/alert/drawn-series.ts';
import { placesOf } from '../../../web/views/alert/event-places.ts';
import { evidenceQuery, incidentOf } from '../../../web/views/alert/evidence-range.ts';
import { headlineOf } from '../../../web/views/alert/fact-words.ts';
import { seriesText } from '../../../web/views/alert/series-text.ts';
import { toldText, undeliveredText } from '../../../web/views/alert/told.ts';

const minuteMs = 60_000;
const startsAtMs = 1_000 * minuteMs;
const alert = { startsAtMs, updatedAtMs: startsAtMs, status: 'open', scope: 'live' } as const;

describe('the series of an alert that are drawn', () => {
  const series = (metric: string) => ({
    series: { entity: { cluster: 'prod', kind: 'host', name: 'a' }, metric, dimensions: {} },
  });
  const suspects = [series('x')] as never;

  it('are counted where others were off too, and all are known for Explore', () => {
    expect(drawnText({ anomalies: ['1', '2', '3'], suspects })).toBe('1 of 3 series that were off: one of each entity');
    expect(drawnText({ anomalies: ['1'], suspects })).toBeUndefined();
    expect(seriesOf({ suspects, others: [series('y')] as never })).toEqual(['prod/host/a x', 'prod/host/a y']);
  });
});

it('the peak of a series that is not drawn is that of its values, also of those before there was evidence', () => {
  const anomaly = { peak: 29, direction: 'up', startsAtMs: 10, endsAtMs: 30 } as const;
  const chart = { values: [1, 50, 29, 1], max: [200, 88.5, 29, 100] };
  expect(peakIn(anomaly, { times: [0, 10, 20, 40], stepMs: 10 }, chart)).toBe(88.5);
});

describe('the range of the charts of an alert', () => {
  it('begins five minutes before a short alert and moves with the data while it is open', () => {
    expect(evidenceQuery(alert, startsAtMs + 10_000)).toMatchObject({ from: startsAtMs - 5 * minuteMs, to: 'now' });
  });

  it('begins five times its length before a longer one, at most a day', () => {
    expect(evidenceQuery(alert, startsAtMs + 4 * minuteMs).from).toBe(startsAtMs - 20 * minuteMs);
    expect(evidenceQuery(alert, startsAtMs + 9_000 * minuteMs).from).toBe(startsAtMs - 1_440 * minuteMs);
  });

  it('ends its length after an alert that is over, and is fixed then', () => {
    const over = { ...alert, status: 'resolved', endsAtMs: startsAtMs + 10 * minuteMs } as const;
    expect(evidenceQuery(over, startsAtMs + 100 * minuteMs).to).toBe(String(startsAtMs + 20 * minuteMs));
    expect(evidenceQuery(over, startsAtMs + 12 * minuteMs).to).toBe('now');
  });

  it('ends with the recording of an alert that was replayed', () => {
    const replayed = { ...alert, scope: 'recorded' };
    expect(evidenceQuery(replayed, startsAtMs + minuteMs).to).toBe(String(startsAtMs + minuteMs));
  });
});

describe('the labels of the timeline', () => {
  it('stand in the order of time from the top', () => {
    const ys = placesOf([880, 885, 900], 900).map(({ y }) => y);
    expect(ys).toEqual(ys.toSorted((a, b) => a - b));
  });

  it('are not crossed by the lines of a short alert, whose events are close together at the right', () => {
    const places = placesOf([880, 885, 900], 900);
    const leftmostLine = Math.min(...places.map(({ at }) => at));
    expect(places.every(({ isLeft, labelAt }) => isLeft && labelAt <= leftmostLine)).toBe(true);
  });
});

describe('who was told', () => {
  const delivery = (receiver: string, state: 'delivered' | 'waiting' | 'given up', revision = 1) => ({
    receiver,
    state,
    revision,
    alertId: 'a',
  });

  it('names a receiver as told only where its message was delivered', () => {
    const deliveries = [
      delivery('pager', 'waiting'),
      delivery('chat', 'delivered'),
      delivery('mail', 'given up'),
      delivery('chat', 'delivered', 2),
    ];
    expect(toldText({ deliveries, firstPageRevision: 1 })).toBe('Told: chat. Not yet: pager. Given up: mail.');
    expect(toldText({ deliveries: [delivery('pager', 'waiting')], firstPageRevision: 1 })).toBe('Not yet: pager.');
    expect(toldText({ deliveries: [], firstPageRevision: 1 })).toBe('');
  });

  it('does not say that nobody was told where a message was made and its deliveries cannot be read', () => {
    expect(undeliveredText({ firstPageRevision: 1 })).toMatch(/not known/);
    expect(undeliveredText({})).toBe('Nobody was told yet.');
  });
});

describe('an alert that is over', () => {
  const endsAtMs = startsAtMs + 90_000;
  const over = { ...alert, status: 'resolved', endsAtMs, updatedAtMs: endsAtMs + 80_000 } as const;
  const chart = { x: (ms: number) => (ms - startsAtMs) / 1_000, right: 400 };

  it('is tinted until its series was normal again, and an open one until the end of the chart', () => {
    const closed = { anomaly: { state: 'closed', endsAtMs: startsAtMs + 80_000 } } as const;
    expect(tintOf(incidentOf(over, closed), chart)).toEqual([0, 80]);
    expect(tintOf(incidentOf(over), chart)).toEqual([0, 90]);
    expect(tintOf(incidentOf(alert), chart)).toEqual([0, 400]);
  });

  it('says when the trouble ended, and when that was told', () => {
    const trace = [{ stage: 'resolve', reason: 'all closed', atMs: endsAtMs + 80_000 }] as const;
    const words = endWords({ ...over, trace: [...trace] }, (ms) => `+${(ms - startsAtMs) / 1_000}`);
    expect(words.replaceAll('\u00a0', ' ')).toBe('Ended +90, after 1 min 30 s, told +170');
  });

  it('has no second length in its headline', () => {
    const headline = 'connected on a at 0, below its limit of 1 for 80 s: its copies are missing';
    expect(headlineOf({ headline })).toBe('Connected on a at 0, below its limit of 1: its copies are missing');
  });
});

describe('an alert of which a series is still off', () => {
  const entity = { cluster: 'prod', kind: 'host', name: 'node-a' } as const;
  const evidence = (state: string) => [{ anomaly: { state, series: { entity } } }];
  const around = (state: string, severity: 'warning' | null) =>
    aroundOf(
      { suspects: [{ entity }], evidence: evidence(state) } as never,
      new Map([['prod/host/node-a', { severity, reason: null, alertIds: [] }]]),
    );

  it('does not call its component normal after somebody resolved it', () => {
    expect(around('open', null)).toMatchObject([{ word: 'still off', tone: 'warn' }]);
    expect(around('closed', null)).toMatchObject([{ word: 'normal', tone: 'dim' }]);
    expect(around('open', 'warning')).toMatchObject([{ word: 'warning', tone: 'warn' }]);
  });

  it('is resolved with the consequence that docs/cli.md names', () => {
    const consequence = 'until it is normal and then off again';
    expect(stillOffText(2)).toContain(`opens no new alert ${consequence}`);
    expect(readFileSync(join(import.meta.dirname, '../../../docs/cli.md'), 'utf8')).toContain(
      `opens no new one ${consequence}`,
    );
  });
});

describe('the text of a series', () => {
  it("is the API's own, whatever its names are", () => {
    const name = fc.oneof(
      fc.stringMatching(/^[\w"\\,{}=.:() -]{1,12}$/),
      fc.string({ minLength: 1, maxLength: 8, unit: 'binary' }),
    );
    const series = fc.record({
      entity: fc.record({ cluster: fc.constant('prod'), kind: fc.constant('host' as const), name }),
      metric: name,
      dimensions: fc.dictionary(name, name, { maxKeys: 3, noNullPrototype: true }),
    });
    fc.assert(fc.property(series, (given) => void expect(seriesText(given)).toBe(apiSeriesText(given))));
  });
});
