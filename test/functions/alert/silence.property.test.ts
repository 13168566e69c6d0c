import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { worst } from '../../../functions/alert/cluster-state.ts';
import type { Alert } from '../../../functions/shared/domain/alert.ts';
import { type Anomaly, severities } from '../../../functions/shared/domain/anomaly.ts';
import { entityPath } from '../../../functions/shared/domain/entity.ts';
import { matchesGlob } from '../../../functions/shared/domain/glob.ts';
import type { Matchers, SilenceRecord } from '../../../functions/shared/domain/silence.ts';
import { decodeSignal } from '../../../functions/shared/log/decode-signal.ts';
import type { LogRecord } from '../../../functions/shared/log/record.ts';
import {
  alertsOf,
  anomaly,
  anomalyRecord,
  closed,
  commandRecord,
  midnightMs,
  run,
  seriesAt,
  silencesOf,
  tick,
} from './signals.ts';

const names = ['a', 'b'] as const;
const ids = ['silence-1', 'silence-2', 'silence-3'] as const;
const patterns: readonly Matchers[] = [{ name: 'a' }, { entity: 'prod/host/*' }, { severity: 'critical', name: 'b' }];

interface Act {
  readonly act: number;
  readonly name: (typeof names)[number];
  readonly severity: (typeof severities)[number];
  readonly id: (typeof ids)[number];
  readonly matchers: Matchers;
  /** The time by which a command is ahead of stage time. */
  readonly aheadMs: number;
  readonly lengthMs: number;
  readonly startsInMs: number | undefined;
}

const acts = fc.array(
  fc.record<Act>({
    act: fc.nat(19),
    name: fc.constantFrom(...names),
    severity: fc.constantFrom(...severities),
    id: fc.constantFrom(...ids),
    matchers: fc.constantFrom(...patterns),
    aheadMs: fc.nat(60_000),
    lengthMs: fc.integer({ min: 1, max: 600_000 }),
    startsInMs: fc.option(fc.nat(120_000), { nil: undefined }),
  }),
  { maxLength: 100, size: 'max' },
);

/**
 * Returns ticks, anomalies that open, turn worse and close, silences with and without a start, and commands that end
 * them.
 */
function recordsOf({ act, name, severity, id, matchers, ...times }: Act, nth: number): LogRecord[] {
  const nowMs = midnightMs + nth * 10_000;
  const startsAtMs = midnightMs + Math.floor(nth / 40) * 400_000;
  const open = { ...anomaly({ series: seriesAt('host', name), startsAtMs, updatedAtMs: nowMs, severity }) };
  const atMs = nowMs + times.aheadMs;
  const base = { by: 'ada', atMs, cluster: 'prod' };
  if (act < 10) return [tick(nowMs)];
  if (act < 13) return [anomalyRecord({ ...open, revision: nth + 1 })];
  if (act < 15) return [anomalyRecord(closed({ ...open, revision: nth + 1 }, startsAtMs + 90_000, nowMs))];
  if (act < 18) {
    const start = times.startsInMs === undefined ? {} : { startsAtMs: atMs + times.startsInMs };
    const endsAtMs = atMs + (times.startsInMs ?? 0) + times.lengthMs;
    return [commandRecord({ ...base, id, action: 'silence', matchers, ...start, endsAtMs })];
  }
  return [commandRecord({ ...base, id: `unsilence-${nth}`, action: 'unsilence', silenceId: id })];
}

/** An independent count of the anomalies that were reported and of the records of silences. */
class Known {
  readonly #silences = new Map<string, SilenceRecord>();
  readonly #anomalies = new Map<string, Anomaly>();

  addSilence(silence: SilenceRecord): void {
    if (silence.state === 'over') this.#silences.delete(silence.id);
    else this.#silences.set(silence.id, silence);
  }

  /** Adds a report. A report of a closed anomaly changes nothing, and a severity never falls. */
  addAnomaly(reported: Anomaly): void {
    const known = this.#anomalies.get(reported.id);
    if (known?.state === 'closed') return;
    this.#anomalies.set(reported.id, { ...reported, severity: worst([known ?? reported, reported]) });
  }

  /** Returns whether some silence matches each open anomaly of an alert; each of all, if none is open. */
  mutes({ anomalies, updatedAtMs }: Alert): boolean {
    const members = anomalies.map((id) => this.#anomalies.get(id)!);
    const open = members.filter(({ state }) => state === 'open');
    return (open.length > 0 ? open : members).every((member) => this.#isMatched(member, updatedAtMs));
  }

  #isMatched({ series: { entity }, severity }: Anomaly, atMs: number): boolean {
    const labels: Readonly<Record<string, string>> = { name: entity.name, entity: entityPath(entity), severity };
    return [...this.#silences.values()].some(
      ({ state, matchers, startsAtMs, endsAtMs }) =>
        (state === 'active' || startsAtMs <= atMs) &&
        atMs < endsAtMs &&
        Object.entries(matchers).every(([label, pattern]) => matchesGlob(pattern, labels[label]!)),
    );
  }
}

describe('silences, their ends and alerts in any order', () => {
  const lives = acts.map((all) => all.flatMap(recordsOf));

  it('are tried on records that mute pages, let pages through, and end silences in both ways', () => {
    const seen = new Set<string>();
    for (const records of fc.sample(lives, { seed: 1, numRuns: 200 })) {
      const { effects, alerts } = run(records);
      for (const { transition, notify } of alerts) seen.add(`${transition} ${notify}`);
      for (const { state, endedBy } of silencesOf(effects)) seen.add(`${state} ${endedBy ?? 'by time'}`);
    }
    const all = ['opened true', 'opened false', 'updated true', 'updated false', 'resolved true', 'resolved false'];
    expect([...seen]).toEqual(
      expect.arrayContaining([...all, 'pending by time', 'active by time', 'over by time', 'over ada']),
    );
  });

  it('keep SILENCED-DOES-NOT-PAGE: they mute an alert exactly while each of its open anomalies is matched, but never its resolve', () => {
    fc.assert(
      fc.property(lives, (records) => {
        const known = new Known();
        // After the first tick each anomaly is applied at once.
        const { state } = run([tick(midnightMs - 10_000)]);
        const announced = new Set<string>();
        for (const record of records) {
          const signal = decodeSignal(record);
          if (signal.kind === 'anomaly') known.addAnomaly(signal.anomaly);
          for (const effect of run([record], state).effects) {
            for (const silence of silencesOf([effect])) known.addSilence(silence);
            for (const alert of alertsOf([effect])) {
              const { id, transition, notify, severity } = alert;
              if (transition === 'resolved') expect(notify).toBe(announced.has(id));
              else if (notify) expect(known.mutes(alert)).toBe(false);
              // A short incident that is not critical is muted without a silence.
              else if (transition === 'updated' || severity === 'critical') expect(known.mutes(alert)).toBe(true);
              if (notify) announced.add(id);
            }
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('give each silence revisions that rise by one, and no record after its end', () => {
    fc.assert(
      fc.property(lives, (records) => {
        const newest = new Map<string, SilenceRecord>();
        for (const silence of silencesOf(run(records).effects)) {
          const before = newest.get(silence.id);
          expect(silence.revision).toBe((before?.revision ?? 0) + 1);
          if (silence.state === 'over') newest.delete(silence.id);
          else newest.set(silence.id, silence);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('let an open alert that was never announced page with the first tick after the last silence ended', () => {
    const untilMs = midnightMs + 3_600_000;
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...ids), { minLength: 1 }), fc.nat(20), (silences, gap) => {
        const base = { by: 'ada', atMs: midnightMs, cluster: 'prod' };
        const made = silences.map((id) =>
          commandRecord({ ...base, id, action: 'silence', matchers: { name: 'a' }, endsAtMs: untilMs }),
        );
        const ended = silences.map((id) =>
          commandRecord({ ...base, id: `end-${id}`, action: 'unsilence', silenceId: id }),
        );
        const beforeMs = midnightMs + 60_000 + gap * 10_000;
        const { state, alerts } = run([tick(midnightMs), ...made, anomalyRecord(anomaly()), tick(beforeMs), ...ended]);
        expect(alerts.filter(({ notify }) => notify)).toEqual([]);
        const [first] = run([tick(beforeMs + 2_000)], state).alerts;
        expect(first).toMatchObject({ transition: 'updated', notify: true });
      }),
    );
  });
});
