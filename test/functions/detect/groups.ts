import fc from 'fast-check';
import type { Filling } from '../../../functions/detect/filling.ts';
import { addMetric, metricOf, newGroup, openEpisode } from '../../../functions/detect/group.ts';
import { IdSet } from '../../../functions/detect/id-set.ts';
import type { LimitWatch } from '../../../functions/detect/limit-watch.ts';
import type { Group } from '../../../functions/detect/series-group.ts';
import { logBytes } from '../../../functions/detect/size.ts';
import { groupKey } from '../../../functions/detect/table.ts';
import { severities } from '../../../functions/shared/domain/anomaly.ts';
import { entityKinds } from '../../../functions/shared/domain/entity.ts';
import { metricKinds } from '../../../functions/shared/domain/sample.ts';
import { defaultSettings } from '../../../functions/shared/domain/settings.ts';

export const place = { block: 1, lane: 0, atS: 0 };

const number = fc.double({ noNaN: true });
const text = fc.string({ unit: 'binary' });
const name = fc.string({ unit: 'binary', minLength: 1 });
const limit = fc.record({
  side: fc.constantFrom('above', 'below'),
  bound: number,
  forMs: fc.nat(),
  severity: fc.constantFrom(...severities),
});
const watch = fc.record({
  beyond: fc.array(fc.record({ limit, sinceMs: number }), { maxLength: 3 }),
  episode: fc.option(
    fc.record({
      startsAtMs: number,
      limit,
      revision: fc.nat(),
      reportedAtMs: number,
      peak: number,
      lastBeyondMs: number,
      within: fc.nat(4),
    }),
    { nil: undefined },
  ),
});
const filling = fc.record({
  trend: fc.record({
    firstMs: number,
    lastMs: number,
    samples: fc.nat(),
    weight: number,
    time: number,
    level: number,
    timeTime: number,
    timeLevel: number,
    levelLevel: number,
  }),
  contradicting: fc.nat(),
  sinceMs: number,
  episode: fc.option(
    fc.record({
      startsAtMs: number,
      revision: fc.nat(),
      reportedAtMs: number,
      severity: fc.constantFrom('warning', 'critical'),
      level: number,
      soonest: number,
      latest: number,
      lastMs: number,
    }),
    { nil: undefined },
  ),
});
const logMinute = fc.record({
  ids: fc.option(
    fc
      .uniqueArray(fc.integer({ min: 1, max: 2 ** 32 - 1 }), { minLength: 1, maxLength: 30 })
      .map((ids) => new IdSet(ids)),
    { nil: undefined },
  ),
  lines: fc.array(text, { maxLength: 3 }),
});
/** Makes groups with every part that the codec stores, but day and week profiles. */
export const groupArbitrary = fc
  .record({
    identity: fc.record({
      scope: fc.string(),
      entity: fc.record({
        cluster: fc.string(),
        kind: fc.constantFrom(...entityKinds),
        name: text,
      }),
      dataset: fc.string(),
      dimensions: fc.dictionary(text, text, { noNullPrototype: true }),
    }),
    lanes: fc.oneof(
      fc.nat(100),
      fc.record({
        seenMs: fc
          .uniqueArray(fc.tuple(fc.nat(100), number), { selector: ([lane]) => lane, minLength: 1, maxLength: 4 })
          .map((lanes) => new Map(lanes.sort(([a], [b]) => a - b))),
        closedByMs: number,
      }),
    ),
    seen: fc.record({
      sinceS: fc.nat(),
      seenS: fc.nat(),
      isSettled: fc.boolean(),
      heardFirstMs: number,
      heardMs: number,
    }),
    minutes: fc.tuple(number, number),
    metrics: fc.uniqueArray(
      fc.record({
        name,
        kind: fc.option(fc.constantFrom(...metricKinds), { nil: undefined }),
        unit: fc.option(name, { nil: undefined }),
        beyond: fc.option(watch),
        fills: fc.option(filling),
        off: fc.option(
          fc.record({
            kind: fc.constantFrom('deviation', 'quiet'),
            startsAtMs: number,
            revision: fc.nat(),
            reportedAtMs: number,
            reportedSize: number,
            severity: fc.constantFrom('warning' as const, 'critical' as const, 'info' as const),
            peak: number,
            expected: number,
            lower: number,
            upper: number,
            z: number,
            lowerAtStart: number,
            upperAtStart: number,
            lines: fc.array(text, { maxLength: 3 }),
          }),
        ),
      }),
      { selector: ({ name }) => name, maxLength: 5 },
    ),
    seed: number,
    log: fc.option(fc.record({ sinceMs: number, minutes: fc.tuple(logMinute, logMinute) }), { nil: undefined }),
  })
  .map(({ identity, lanes, minutes, metrics, seen, seed, log }): Group => {
    const made = { ...newGroup(groupKey(identity), identity, place), ...seen };
    made.lanes = lanes;
    made.minutes.splice(0, 2, ...minutes);
    const watches = new Map<number, LimitWatch>();
    const fillings = new Map<number, Filling>();
    for (const { name, kind, unit, off, beyond, fills } of metrics) {
      const index = addMetric(made, metricOf(identity, { name, kind, unit }, defaultSettings));
      if (off !== null) openEpisode(made, index, off);
      if (beyond !== null) watches.set(index, beyond);
      if (fills !== null) fillings.set(index, fills);
    }
    if (watches.size > 0) made.watches = watches;
    if (fillings.size > 0) made.fillings = fillings;
    made.values.fill(seed);
    if (log !== undefined) made.log = log;
    made.size.logBytes = logBytes(made);
    return made;
  });
