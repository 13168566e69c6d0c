import { signal } from '@preact/signals';
import { type ComponentChildren, Fragment, type JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { useKeys } from '../frame/keys.ts';
import { Chart, type ChartProps } from './chart.tsx';
import { Ribbon } from './ribbon.tsx';
import type { RibbonAlert } from './ribbon-layout.ts';
import { ValuesTable } from './values-table.tsx';

/** A row of a stack: its name, what its colours mean, and its chart. */
export interface StackRow extends Omit<ChartProps, 'range' | 'hasAxis' | 'label'> {
  readonly title: string;
  /** A second line under the title. */
  readonly note?: ComponentChildren;
}

export interface StackProps {
  /** The subject of the charts, for those who do not see them. */
  readonly label: string;
  readonly rows: readonly StackRow[];
  readonly range: ChartProps['range'];
  /** The alerts of the first lane; without them there is none. */
  readonly alerts?: readonly RibbonAlert[] | undefined;
}

/** States whether the charts of the view are shown as tables. */
export const isTabular = signal(false);

/** Switches between charts and tables with `v`. */
export function useTableKey(): void {
  useKeys({ v: { does: 'charts as a table', run: () => (isTabular.value = !isTabular.value) } });
  useEffect(
    () => () => {
      isTabular.value = false;
    },
    [],
  );
}

/** Draws charts on one time axis, with the alerts as the first lane. */
export function Stack({ label, rows, range, alerts }: StackProps): JSX.Element {
  useTableKey();
  if (isTabular.value) {
    const columns = rows.flatMap(({ title, lines, unit }) =>
      lines.map((line) => ({ title: line.label === '' ? title : `${title}, ${line.label}`, line, unit })),
    );
    return <ValuesTable columns={columns} />;
  }
  return (
    <div class="stack">
      {alerts !== undefined && (
        <>
          <div class="sl">
            <b>Alerts</b>
          </div>
          <Ribbon alerts={alerts} range={range} />
        </>
      )}
      {rows.map(({ title, note, ...chart }, nth) => (
        <Fragment key={title}>
          <div class="sl">
            <b>{title}</b>
            <Keys lines={chart.lines} />
            {note !== undefined && <span class="dim">{note}</span>}
          </div>
          <Chart {...chart} label={`${label}: ${title}`} range={range} hasAxis={nth === rows.length - 1} />
        </Fragment>
      ))}
    </div>
  );
}

/** Shows what the colours of a chart mean, where it has more than one line. */
export function Keys({ lines }: { readonly lines: ChartProps['lines'] }): JSX.Element | null {
  if (lines.length < 2) return null;
  return (
    <>
      {lines.map(({ label, role }) => (
        <span key={role} class="key">
          <i class={role === 'ghost' ? 'g' : role} />
          {label}
        </span>
      ))}
    </>
  );
}
