import { describe, expect, it } from 'vitest';
import { type AnomalyEvent, type AnomalyState, anomalyEvents, anomalyStates, anomalyTable } from './anomaly-table.ts';
import { Incident } from './incident.ts';
import { anomalyStateOf, anomalyWays, observeAnomaly } from './run-anomaly-table.ts';

const everyEvent = Object.keys(anomalyEvents) as AnomalyEvent[];

describe.each(Object.keys(anomalyStates) as AnomalyState[])('an anomaly in the state "%s"', (state) => {
  it('is in the state to which its way leads', () => {
    const incident = new Incident('live');
    anomalyWays[state](incident);
    expect(anomalyStateOf(incident)).toBe(state);
  });

  it.each(everyEvent)('does what the table of docs/alert-life.md shows for the event "%s"', (event) => {
    const cell = anomalyTable[state][event];
    expect(observeAnomaly('old', state, event)).toEqual(cell);
    if (event !== 'replay ends') expect(observeAnomaly('live', state, event)).toEqual(cell);
  });
});
