import { table } from '../../../docs/tables/markdown.ts';
import { cells } from './cells.ts';
import { type EventName, events, invariants, results, type State, states } from './specification.ts';

const names = Object.keys(states) as State[];

/** Returns a table of one state: events with the same cell share a row, in the order of the list of events. */
function stateTable(state: State): string {
  const rows = new Map<string, { readonly events: string[]; readonly cell: readonly string[] }>();
  for (const event of Object.keys(events) as EventName[]) {
    const { result, after, sent } = cells[state][event];
    const cell = [result, after, sent];
    const row = rows.get(cell.join()) ?? { events: [], cell };
    rows.set(cell.join(), row);
    row.events.push(event);
  }
  const body = [...rows.values()].map((row) => [row.events.join(', '), ...row.cell]);
  return table(['event', 'result', 'state after it', 'effects sent'], body);
}

const definitions = (head: string, texts: Readonly<Record<string, string>>): string =>
  table([head, 'meaning'], Object.entries(texts));

/** The tables of `docs/transaction.md`. */
export const transactionTables: ReadonlyMap<string, string> = new Map([
  ['states', definitions('state', states)],
  ['events', definitions('event', events)],
  ['results', definitions('result', results)],
  ['invariants', definitions('invariant', invariants)],
  ...names.map((state): [string, string] => [`state ${state}`, stateTable(state)]),
]);
