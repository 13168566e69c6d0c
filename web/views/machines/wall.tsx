import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { MeasureRow, Measures } from '../../api/data-types.ts';
import { pointsOf } from '../../charts/line.ts';
import { linePath } from '../../charts/path.ts';
import { linear } from '../../charts/scale.ts';
import { useWidth } from '../../charts/width.ts';
import { machineHref } from '../../format/links.ts';
import { quantity, scaleText } from '../../format/quantity.ts';
import { navigate } from '../../frame/address.ts';
import { Choice } from '../../parts/button.tsx';
import { SectionHead } from '../../parts/section.tsx';
import type { MeasureColumn } from './scales.ts';

interface WallProps {
  readonly data: Measures;
  /** The machines that are normal, by name. */
  readonly rows: readonly MeasureRow[];
  readonly columns: readonly MeasureColumn[];
}

/** Shows many normal machines, each as one line: its name, a small line and its newest value. */
export function Wall({ data, rows, columns }: WallProps): JSX.Element {
  const [mode, setMode] = useState(columns[0]?.name ?? 'cpu');
  const [find, setFind] = useState('');
  const column = columns.find(({ name }) => name === mode) ?? columns[0];
  const text = find.trim().toLowerCase();
  const matching = rows.filter(({ entity }) => entity.name.toLowerCase().includes(text));
  const note =
    text === '' ? `${rows.length} machines, by name` : `${matching.length} of ${rows.length} match “${find.trim()}”`;
  if (column === undefined) return <p class="foot-note">No measure is collected.</p>;
  return (
    <section class="sec wallsec">
      <SectionHead
        title="Normal"
        note={<span aria-live="polite">{note}</span>}
        end={
          <span class="wallh">
            <FindField
              value={find}
              onChange={setFind}
              onEnter={() => matching[0] && navigate(machineHref(matching[0].entity))}
            />
            <Choice
              label="What the wall shows"
              options={columns.map(({ name, title }) => ({ value: name, text: title }))}
              value={column.name}
              onChoose={setMode}
            />
          </span>
        }
      />
      <Cells data={data} rows={rows} column={column} text={text} />
      <p class="foot-note nb">All on one scale: {scaleText(column.top, column.unit)}.</p>
    </section>
  );
}

function FindField(props: {
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly onEnter: () => void;
}) {
  return (
    <>
      <label class="sr" for="wallfind">
        Find a machine by name
      </label>
      <input
        id="wallfind"
        class="inp wfind"
        data-find
        placeholder="Find by name"
        autocomplete="off"
        spellcheck={false}
        value={props.value}
        onInput={(event) => props.onChange(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') props.onEnter();
          if (event.key === 'Escape') props.onChange('');
        }}
      />
    </>
  );
}

/** The least width of a column, in pixels. */
const columnWidth = 230;

interface CellsProps extends Omit<WallProps, 'columns'> {
  readonly column: MeasureColumn;
  readonly text: string;
}

function Cells({ data, rows, column, text }: CellsProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const boxWidth = useWidth(box);
  const perColumn = Math.ceil(rows.length / Math.max(1, Math.min(4, Math.floor(boxWidth / columnWidth))));
  const [at, setAt] = useState(0);
  const onKeyDown = (event: KeyboardEvent): void => {
    const cells = [...(box.current?.querySelectorAll<HTMLElement>('.hc') ?? [])];
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      ArrowRight: perColumn,
      ArrowLeft: -perColumn,
    };
    const step = steps[event.key];
    const from = cells.indexOf(document.activeElement as HTMLElement);
    if (from < 0 || step === undefined) return;
    event.preventDefault();
    const to = Math.max(0, Math.min(cells.length - 1, from + step));
    setAt(to);
    cells[to]!.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys move between its links
    <div ref={box} class="wall" style={{ '--rows': perColumn }} onKeyDown={onKeyDown}>
      {rows.map((row, nth) => (
        <Cell
          key={row.path}
          row={row}
          data={data}
          column={column}
          text={text}
          isEntry={nth === Math.min(at, rows.length - 1)}
        />
      ))}
    </div>
  );
}

const [width, height] = [60, 14];

function Cell(props: Omit<CellsProps, 'rows'> & { readonly row: MeasureRow; readonly isEntry: boolean }): JSX.Element {
  const { row, data, column, text, isEntry } = props;
  const measure = row.measures[column.name];
  const { name } = row.entity;
  const foundAt = text === '' ? -1 : name.toLowerCase().indexOf(text);
  const { text: digits, unit } = quantity(measure?.last, column.unit);
  const x = linear([data.fromMs, data.toMs], [0, width]);
  const y = linear([0, column.exceptions.get(row.path) ?? column.top], [height - 0.5, 1]);
  const places = pointsOf({ times: data.times, values: measure?.values ?? [] }).map(
    ({ timeMs, value }) => [x(timeMs), Math.max(1, y(value))] as const,
  );
  return (
    <a class={text !== '' && foundAt < 0 ? 'hc off' : 'hc'} href={machineHref(row.entity)} tabIndex={isEntry ? 0 : -1}>
      <span class="hn">
        {foundAt < 0 ? (
          <bdi>{name}</bdi>
        ) : (
          <bdi>
            {name.slice(0, foundAt)}
            <mark>{name.slice(foundAt, foundAt + text.length)}</mark>
            {name.slice(foundAt + text.length)}
          </bdi>
        )}
        <span class="sr">, normal, </span>
      </span>
      <svg class="strip line" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
        <path d={linePath(places)} />
      </svg>
      <span class="hv">
        {digits}
        <span class="u">{unit}</span>
      </span>
    </a>
  );
}
