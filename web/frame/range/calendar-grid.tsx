import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Glyph } from '../../parts/glyph.tsx';
import { dayByKey, monthCells, monthsLater } from './calendar.ts';

/** The worst alert of a day. */
export type DayMark = 'critical' | 'warning';

export interface CalendarProps {
  /** The day with the focus, whose month is shown; days are the midnights of their fields. */
  readonly day: number;
  readonly today: number;
  /** The first and the last day that is chosen. */
  readonly chosen: readonly [first: number, last: number];
  readonly marks: ReadonlyMap<number, DayMark>;
  readonly onMove: (day: number) => void;
  /** Chooses a day. @param extends a flag: it is the other end of the range */
  readonly onChoose: (day: number, isExtension: boolean) => void;
}

const months = 'January February March April May June July August September October November December'.split(' ');
const weekdays = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

/** Shows a month. Arrows move by a day or a week, `PgUp` and `PgDn` by a month; `Shift` extends the range. */
export function Calendar(props: CalendarProps): JSX.Element {
  const { day, today, onMove, onChoose } = props;
  const grid = useRef<HTMLDivElement>(null);
  const hasFocus = useRef(false);
  useEffect(() => {
    if (hasFocus.current) grid.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
  }, [day]);
  const title = `${months[new Date(day).getUTCMonth()]} ${new Date(day).getUTCFullYear()}`;
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = dayByKey(day, event.key, today);
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.shiftKey) onChoose(to, true);
    else onMove(to);
  };
  const cells = monthCells(day);
  const weeks = Array.from({ length: cells.length / 7 }, (_, nth) => cells.slice(nth * 7, nth * 7 + 7));
  return (
    <div class="cal">
      <div class="calh">
        <MonthButton by={-1} {...props} />
        <b aria-live="polite">{title}</b>
        <MonthButton by={1} {...props} />
      </div>
      <div class="wk" aria-hidden="true">
        {['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'].map((name) => (
          <span key={name}>{name}</span>
        ))}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a table of buttons would need the roles of a grid as well */}
      <div
        ref={grid}
        class="calgrid"
        role="grid"
        aria-label={title}
        onKeyDown={onKeyDown}
        onFocusCapture={() => {
          hasFocus.current = true;
        }}
        onBlurCapture={() => {
          hasFocus.current = false;
        }}
      >
        {weeks.map((week) => (
          // biome-ignore lint/a11y/useSemanticElements: as the grid
          // biome-ignore lint/a11y/useFocusableInteractive: its cells are focused
          <div key={week[0]!.day} class="days" role="row">
            {week.map((cell) => (
              <Day key={cell.day} cell={cell} {...props} />
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

function MonthButton({ by, day, today, onMove }: CalendarProps & { readonly by: 1 | -1 }): JSX.Element {
  return (
    <button
      type="button"
      class="btn quiet ic"
      aria-label={by < 0 ? 'Previous month' : 'Next month'}
      onClick={() => onMove(Math.min(today, monthsLater(day, by)))}
    >
      <Glyph name={by < 0 ? 'left' : 'right'} size={14} />
    </button>
  );
}

function Day({
  cell,
  day,
  today,
  chosen,
  marks,
  onChoose,
}: CalendarProps & { readonly cell: ReturnType<typeof monthCells>[number] }) {
  const [first, last] = chosen;
  const date = new Date(cell.day);
  const isChosen = cell.day >= first && cell.day <= last;
  const mark = cell.isOut ? undefined : marks.get(cell.day);
  const classes = [
    'day',
    cell.isOut ? 'out' : '',
    isChosen ? 'in' : '',
    cell.day === first ? 'a' : '',
    cell.day === last ? 'b' : '',
    cell.day === today ? 'today' : '',
  ];
  const said = mark === undefined ? '' : mark === 'critical' ? ', a critical alert' : ', a warning';
  return (
    // biome-ignore lint/a11y/useSemanticElements: a button in a grid
    <button
      type="button"
      role="gridcell"
      class={classes.filter(Boolean).join(' ')}
      tabIndex={cell.day === day ? 0 : -1}
      disabled={cell.day > today}
      aria-selected={isChosen}
      aria-label={`${weekdays[date.getUTCDay()]}, ${date.getUTCDate()} ${months[date.getUTCMonth()]}${said}`}
      onClick={(event) => onChoose(cell.day, event.shiftKey)}
    >
      {date.getUTCDate()}
      {mark !== undefined && <i class={mark === 'critical' ? 'mk-c' : 'mk-w'} />}
    </button>
  );
}
