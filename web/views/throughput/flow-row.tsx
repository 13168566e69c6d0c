import { Fragment, type JSX } from 'preact';
import { Chart, type ChartProps } from '../../charts/chart.tsx';
import { Keys } from '../../charts/stack.tsx';
import { quantity, quantityText } from '../../format/quantity.ts';
import { UseBar } from '../../parts/use-bar.tsx';
import { type Contributor, largest } from './contributors.ts';

export interface FlowRowProps extends Pick<ChartProps, 'lines' | 'range' | 'unit' | 'top'> {
  readonly title: string;
  /** The newest value of the first direction; absent without data. */
  readonly now: number | undefined;
  readonly shape: 'mirror' | 'line';
  readonly contributors: readonly Contributor[];
  /** The address of the list of all that contribute. */
  readonly othersHref: string;
  readonly hasAxis: boolean;
}

/** The most names beside a chart. */
const namesMax = 4;

/** Shows a measure of all machines or topics together, with those that contribute most beside it. */
export function FlowRow({
  title,
  now,
  unit,
  lines,
  shape,
  contributors,
  othersHref,
  range,
  hasAxis,
  top,
}: FlowRowProps): JSX.Element {
  const { text, unit: shown } = quantity(now, unit);
  const listed = largest(contributors, namesMax, othersHref);
  const most = listed[0]?.value ?? 1;
  return (
    <>
      <div class="tl">
        <b>{title}</b>
        <p class="big">
          {text}
          <span class="u">{shown}</span>
        </p>
        <Keys lines={lines} />
      </div>
      <Chart
        label={`${title}, total`}
        lines={lines}
        unit={unit}
        range={range}
        height={150}
        shape={shape}
        hasAxis={hasAxis}
        {...(top === undefined ? {} : { top })}
      />
      <div class="tr">
        <dl class="kv cbx">
          {listed.map(({ name, href, value }) => (
            <Fragment key={name}>
              <dt>
                <a class="rowlink" href={href}>
                  <bdi>{name}</bdi>
                </a>
              </dt>
              <dd>
                <span class="cb">
                  <UseBar share={value / most} />
                </span>
                <span class="cv">{quantityText(value, unit)}</span>
              </dd>
            </Fragment>
          ))}
        </dl>
      </div>
    </>
  );
}
