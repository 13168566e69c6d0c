import type { JSX } from 'preact';
import './count-bars.css';

interface CountBarsProps {
  /** The counts of equal periods, the oldest first. A count of 0 draws nothing. */
  readonly counts: readonly number[];
  /** The name of the chart for those who do not see it. */
  readonly label: string;
  /** Pixels. @default 30 */
  readonly height?: number;
  /** The colour of the last bars while the trouble lasts. */
  readonly tone?: 'crit' | 'warn' | undefined;
  /** The number of last bars that have that colour. @default all, if there is a tone */
  readonly hot?: number;
}

/** The width of a period in the drawing, which is stretched to that of its column; a bar leaves a part of it free. */
const period = 4;
const barWidth = 2.8;
const leastHeight = 1.5;

/** Draws one bar a period. */
export function CountBars({ counts, label, height = 30, tone, hot = counts.length }: CountBarsProps): JSX.Element {
  const most = Math.max(1, ...counts);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const name = `${label}: ${total.toLocaleString('en')} in all, at most ${Math.max(0, ...counts).toLocaleString('en')} in a period`;
  return (
    <svg
      class="countbars"
      role="img"
      aria-label={name}
      height={height}
      viewBox={`0 0 ${counts.length * period} ${height}`}
      preserveAspectRatio="none"
    >
      <path class="zero" d={`M0 ${height - 0.5}H${counts.length * period}`} />
      {counts.map((count, nth) => {
        const size = count === 0 ? 0 : Math.max(leastHeight, (count / most) * (height - 3));
        const isHot = tone !== undefined && nth >= counts.length - hot;
        return (
          size > 0 && (
            <rect
              key={nth}
              class={isHot ? tone : ''}
              x={nth * period + (period - barWidth) / 2}
              y={height - 1 - size}
              width={barWidth}
              height={size}
            />
          )
        );
      })}
    </svg>
  );
}
