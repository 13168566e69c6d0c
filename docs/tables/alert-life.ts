import { alertTable } from '../../test/functions/alert/life/alert-table.ts';
import { anomalyEvents, anomalyStates, anomalyTable } from '../../test/functions/alert/life/anomaly-table.ts';
import { citationsIn } from '../../test/functions/alert/life/citations.ts';
import { invariants } from '../../test/functions/alert/life/invariants.ts';
import { type Cell, events, states } from '../../test/functions/alert/life/states.ts';
import { table } from './markdown.ts';

/** The tables of `docs/alert-life.md`, by the name in their markers. */
export const alertLifeTables: ReadonlyMap<string, string> = new Map([
  ['alert states', listed('state', 'means', states)],
  ['alert events', listed('event', 'happens when', events)],
  ['alert transitions', Object.keys(states).map(stateSection).join('\n\n')],
  ['anomaly states', listed('state', 'means', anomalyStates)],
  ['anomaly events', listed('event', 'happens when', anomalyEvents)],
  ['anomaly transitions', anomalyTransitions()],
  ['invariants', invariantTable()],
]);

function listed(first: string, second: string, rows: Readonly<Record<string, string>>): string {
  return table(
    [first, second],
    Object.entries(rows).map(([name, meaning]) => [`\`${name}\``, meaning]),
  );
}

/** Returns a heading and a table for one state, with one row for all events that have the same outcome. */
function stateSection(state: string): string {
  const cells: readonly (readonly [string, Cell])[] = Object.entries(alertTable[state as keyof typeof alertTable]);
  const rows = grouped(cells, ({ to, records = [], why }) => [
    to === state ? 'stays' : `\`${to}\``,
    records.length === 0 ? '' : records.map((record) => `\`${record}\``).join(', '),
    `\`${why}\``,
  ]);
  return `### ${state}\n\n${table(['event', 'next state', 'records', 'reason'], rows)}`;
}

function anomalyTransitions(): string {
  const rows = Object.entries(anomalyTable).flatMap(([state, cells]) =>
    grouped(Object.entries(cells), ({ to, why }) => [to === state ? 'stays' : `\`${to}\``, why]).map((row) => [
      `\`${state}\``,
      ...row,
    ]),
  );
  return table(['state', 'event', 'next state', 'count, or what happens'], rows);
}

/** Returns a row for each outcome: the events that have it, and the outcome's own columns. */
function grouped<C>(cells: readonly (readonly [string, C])[], columnsOf: (cell: C) => string[]): string[][] {
  const rows = new Map<string, { readonly events: string[]; readonly columns: string[] }>();
  for (const [event, cell] of cells) {
    const columns = columnsOf(cell);
    const row = rows.get(columns.join('|')) ?? { events: [], columns };
    row.events.push(event);
    rows.set(columns.join('|'), row);
  }
  return [...rows.values()].map(({ events: names, columns }) => [names.join(', '), ...columns]);
}

function invariantTable(): string {
  const [code, tests] = ['functions/alert', 'test/functions/alert'].map(citationsIn);
  const files = (paths: readonly string[] = []) => paths.map((path) => `\`${path.split('/').at(-1)}\``).join(', ');
  return table(
    ['invariant', 'what holds', 'kept in', 'checked in'],
    Object.entries(invariants).map(([name, holds]) => [
      `\`${name}\``,
      holds,
      files(code!.get(name)),
      files(tests!.get(name)?.filter((path) => path.endsWith('.test.ts') || path.endsWith('-checks.ts'))),
    ]),
  );
}
