import { acknowledgedCells } from './acknowledged-cells.ts';
import { openCells } from './open-cells.ts';
import type { Cell, Event, State } from './states.ts';
import { unannouncedCells } from './unannounced-cells.ts';

/**
 * The life of an alert: what each event does in each state. A cell that is missing does not compile.
 * `docs/alert-life.md` shows this table, and `alert-life.test.ts` applies each cell to the real step.
 */
export const alertTable = {
  ...unannouncedCells,
  ...openCells,
  ...acknowledgedCells,
} as const satisfies Record<State, Record<Event, Cell>>;
