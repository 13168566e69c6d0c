import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alertTable } from './alert-table.ts';
import { citationsIn } from './citations.ts';
import { Incident } from './incident.ts';
import { checks, expectTimeNeverReturns } from './invariant-checks.ts';
import { invariants } from './invariants.ts';
import { acts, observe, stateOf, ways } from './run-alert-table.ts';
import { type Cell, type Event, events, type State, states } from './states.ts';

const everyState = Object.keys(states) as State[];
const everyEvent = Object.keys(events) as Event[];
const cellOf = (state: State, event: Event): Cell => alertTable[state][event];

describe.each(everyState)('an alert in the state "%s"', (state) => {
  it('is in the state to which its way leads', () => {
    const incident = new Incident('live');
    ways[state](incident);
    expect(stateOf(incident)).toBe(state);
  });

  it.each(everyEvent)('does what the table of docs/alert-life.md shows for the event "%s"', (event) => {
    const cell = { records: [], ...cellOf(state, event) };
    expect(observe('old', state, event)).toEqual(cell);
    if (event !== 'replay ends') expect(observe('live', state, event)).toEqual(cell);
  });
});

it('every state of an alert is reached by an event from another state', () => {
  const reached = everyState.flatMap((from) =>
    everyEvent.map((event) => cellOf(from, event).to).filter((to) => to !== from),
  );
  expect(new Set(reached)).toEqual(new Set(everyState.filter((state) => state !== 'none')));
});

describe('an alert, after any sequence of the events', () => {
  const sequences = fc.array(fc.constantFrom(...everyEvent), { maxLength: 12, size: 'max' });

  it('keeps every invariant that its records show', () => {
    fc.assert(
      fc.property(sequences, (sequence) => {
        const incident = new Incident('live');
        for (const event of sequence) if (event !== 'replay ends') acts[event](incident);
        for (const id of new Set(incident.alerts.map((alert) => alert.id))) {
          const life = incident.alerts.filter((alert) => alert.id === id);
          for (const check of [...Object.values(checks), expectTimeNeverReturns]) check(life);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('the names of invariants', () => {
  const [code, tests] = ['functions/alert', 'test/functions/alert'].map(citationsIn);

  it.each(Object.keys(invariants))('%s is cited in the code that keeps it and in a test that checks it', (name) => {
    expect(code!.get(name) ?? []).not.toEqual([]);
    expect(tests!.get(name) ?? []).not.toEqual([]);
  });

  it('are all defined: the code and its tests cite no other', () => {
    const cited = [...code!.keys(), ...tests!.keys()];
    expect(cited.filter((name) => !(name in invariants))).toEqual([]);
  });
});
