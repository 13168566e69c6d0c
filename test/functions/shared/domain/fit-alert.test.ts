import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Alert, alertSchema } from '../../../../functions/shared/domain/alert.ts';
import { fitAlert } from '../../../../functions/shared/domain/fit-alert.ts';
import { alertOf, hugeAlert } from '../../../support/alerts.ts';
import { alerts } from '../../../support/arbitraries.ts';

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** An alert reduced to the parts that are never left out. */
const core = ({ trace: _trace, suspects, anomalies, ...rest }: Alert): Alert => ({
  ...rest,
  trace: [],
  suspects: suspects.slice(0, 1),
  anomalies: anomalies.slice(0, 1),
});

/** The bytes for the annotation that names what is missing. */
const noteBytes = 200;

/** Alerts with lists of any length, each with a limit in bytes. */
const cases = fc
  .tuple(alerts, fc.nat(60), fc.nat(30), fc.nat(300), fc.nat(1_200))
  .map(([alert, decisions, suspects, anomalies, permille]) => {
    const trace = Array.from({ length: decisions }, (_, atMs) => ({
      atMs,
      stage: 'group',
      reason: `nothing new ✓ ${atMs}`,
    }));
    const grown: Alert = {
      ...alert,
      trace: [...alert.trace, ...trace],
      suspects: [...alert.suspects, ...Array.from({ length: suspects }, () => alertOf().suspects[0]!)],
      anomalies: [...alert.anomalies, ...Array.from({ length: anomalies }, (_, index) => `anomaly-${index}`)],
    };
    return { alert: grown, bytesMax: Math.round((bytesOf(grown) * permille) / 1_000) };
  });

describe('an alert in a message', () => {
  it('an alert that fits is unchanged', () => {
    const alert = alertOf();
    expect(fitAlert(alert, bytesOf(alert))).toBe(alert);
    expect(fitAlert(alert, bytesOf(alert) - 1)).not.toBe(alert);
  });

  it('an alert loses its oldest decisions first, and contains a note of it', () => {
    const alert = hugeAlert();
    const fitted = fitAlert(alert, bytesOf(alert) - 1_000);
    expect(fitted.trace.at(-1)).toEqual(alert.trace.at(-1));
    expect(fitted.trace.length).toBeLessThan(60);
    expect(fitted).toMatchObject({ suspects: alert.suspects, anomalies: alert.anomalies });
    expect(fitted.annotations.trimmed).toBe(`${fitted.trace.length} of 60 decisions shown`);
  });

  it('an alert then loses its least likely suspects, then its last anomalies', () => {
    const alert = hugeAlert();
    const fewSuspects = fitAlert(alert, 30_000);
    expect(fewSuspects.trace).toEqual([]);
    expect(fewSuspects.suspects).toEqual(alert.suspects.slice(0, fewSuspects.suspects.length));
    expect(fewSuspects.annotations.trimmed).toBe(
      `0 of 60 decisions shown, ${fewSuspects.suspects.length} of 10 suspects shown`,
    );
    const fewAnomalies = fitAlert(alert, 8_000);
    expect(fewAnomalies.suspects).toEqual(alert.suspects.slice(0, 1));
    expect(fewAnomalies.anomalies).toEqual(alert.anomalies.slice(0, fewAnomalies.anomalies.length));
    expect(fewAnomalies.annotations.trimmed).toBe(
      `0 of 60 decisions shown, 1 of 10 suspects shown, ${fewAnomalies.anomalies.length} of 500 anomalies shown`,
    );
  });

  it('an alert keeps its annotations', () => {
    const alert = hugeAlert({ annotations: { runbook: 'docs/alerts.md#host' } });
    expect(fitAlert(alert, 8_000).annotations).toMatchObject({ runbook: 'docs/alerts.md#host' });
  });

  it('an alert that is too large is unchanged when there is nothing to leave out', () => {
    const alert = alertOf({ trace: [] });
    expect(fitAlert(alert, 10)).toBe(alert);
  });

  it('an alert fits unless its fixed parts alone are too large, and is always valid', () => {
    fc.assert(
      fc.property(cases, ({ alert, bytesMax }) => {
        const fitted = fitAlert(alert, bytesMax);
        expect(alertSchema.parse(fitted)).toEqual(fitted);
        if (bytesOf(fitted) > bytesMax) {
          expect(core(fitted)).toEqual(fitted);
          expect(bytesOf(core(alert)) + noteBytes).toBeGreaterThan(bytesMax);
        }
      }),
    );
  });

  it('an alert keeps the newest decisions, the likeliest suspects and the first anomalies, in order', () => {
    fc.assert(
      fc.property(cases, ({ alert, bytesMax }) => {
        const { trace, suspects, anomalies, annotations, ...rest } = fitAlert(alert, bytesMax);
        expect(alert).toMatchObject(rest);
        expect(trace).toEqual(alert.trace.slice(alert.trace.length - trace.length));
        expect(suspects).toEqual(alert.suspects.slice(0, suspects.length));
        expect(anomalies).toEqual(alert.anomalies.slice(0, anomalies.length));
        if (suspects.length < alert.suspects.length) expect(trace).toEqual([]);
        if (anomalies.length < alert.anomalies.length) expect(suspects.length).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('an alert loses no more than necessary', () => {
    fc.assert(
      fc.property(cases, ({ alert, bytesMax }) => {
        const { trace, suspects, anomalies } = fitAlert(alert, bytesMax);
        const dropped =
          alert.anomalies[anomalies.length] ?? alert.suspects[suspects.length] ?? alert.trace.at(-trace.length - 1);
        if (dropped === undefined) return;
        const kept = bytesOf({ ...alert, trace, suspects, anomalies });
        expect(kept + bytesOf(dropped) + 1 + noteBytes).toBeGreaterThan(bytesMax);
      }),
    );
  });
});
