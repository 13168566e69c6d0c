import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { alertHref } from '../format/links.ts';
import { navigate } from '../frame/address.ts';
import { layoutRibbon, type RibbonAlert } from './ribbon-layout.ts';
import { linear } from './scale.ts';
import { useWidth } from './width.ts';
import './chart.css';
import './chart-marks.css';

export interface RibbonProps {
  readonly alerts: readonly RibbonAlert[];
  /** The time that is drawn, ms. */
  readonly range: { readonly fromMs: number; readonly toMs: number };
  /** The width of what stands right of the charts below. @default 58 pixels */
  readonly gutter?: number;
}

const height = 34;

/** Draws the lane of alerts above a stack of charts. Each bar leads to its alert. */
export function Ribbon({ alerts, range, gutter = 58 }: RibbonProps): JSX.Element {
  const box = useRef<HTMLElement>(null);
  const right = useWidth(box) - gutter;
  const x = linear([range.fromMs, range.toMs], [0, right]);
  const drawn = right > 0 ? layoutRibbon(alerts, range, { x, right }) : [];
  return (
    <section ref={box} class="chart" aria-label="Alerts in this range">
      {/* biome-ignore lint/a11y/noSvgWithoutTitle: the section and each link have their names */}
      <svg height={height}>
        <path class="grid" d={`M0 ${height - 0.5}H${Math.max(0, right)}`} />
        {drawn.map(({ alert, x: left, width, isOver, name }) => (
          <a
            key={alert.id}
            href={hrefOf(alert)}
            onClick={(event) => {
              // The page's own handler knows links of HTML only.
              event.preventDefault();
              navigate(hrefOf(alert));
            }}
          >
            {name?.text !== alert.title && <title>{alert.title}</title>}
            <rect class="hit" x={left} y={height - 20} width={Math.max(width, 24)} height={20} />
            <rect
              class={toneOf(alert.severity)}
              x={left}
              y={isOver ? height - 6 : height - 8}
              width={width}
              height={isOver ? 4 : 6}
              rx={1.5}
            />
            {name !== undefined && (
              <text class={isOver ? '' : 'labs'} x={name.x} y={height - 13} text-anchor={name.anchor}>
                {name.text}
              </text>
            )}
          </a>
        ))}
      </svg>
    </section>
  );
}

const hrefOf = ({ id }: RibbonAlert): string => alertHref(id);

function toneOf(severity: string): string {
  if (severity === 'critical') return 'fc';
  return severity === 'warning' ? 'fw' : 'fn';
}
