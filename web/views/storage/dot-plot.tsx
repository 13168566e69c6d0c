import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { useWidth } from '../../charts/width.ts';
import { axisLabels, type DotAxis } from './dot-axis.ts';
import { criticalShare, warningShare } from './trouble.ts';

/** The distance from the average, as a part of it, that is noticed. */
export const oddDistance = 0.2;

const height = 38;

/** Shows the head of a dot plot: the ends of its axis, and the average. */
export function DotHead({ axis }: { readonly axis: DotAxis }): JSX.Element {
  const box = useRef<HTMLSpanElement>(null);
  const width = useWidth(box);
  return (
    <span ref={box} class="daxbox">
      <svg class="dax" width="100%" height="16" aria-hidden="true">
        {axisLabels(axis, width).map(({ x, text, anchor }) => (
          <text key={text} x={x} y="12" text-anchor={anchor}>
            {text}
          </text>
        ))}
      </svg>
    </span>
  );
}

/** Shows the share of one server as a dot, with its distance from the average of all. */
export function Dot({
  axis,
  share,
  mean,
}: {
  readonly axis: DotAxis;
  readonly share: number;
  readonly mean: number;
}): JSX.Element {
  const tone = toneOf(share, mean);
  const [at, average] = [axis.place(share), axis.place(mean)];
  const name = `${(share * 100).toFixed(1)} % used, average ${(mean * 100).toFixed(1)} %`;
  return (
    <svg class="dots" width="100%" height={height} role="img" aria-label={name}>
      {axis.marks.map((mark) => (
        <line key={mark} class="dm" x1={axis.place(mark / 100)} x2={axis.place(mark / 100)} y1="0" y2="100%" />
      ))}
      {[
        [warningShare, 'w'],
        [criticalShare, 'c'],
      ].map(([limit, limitTone]) =>
        Number(limit) * 100 > axis.least && Number(limit) * 100 < axis.most ? (
          <line
            key={limitTone}
            class={`dm ${limitTone}`}
            x1={axis.place(Number(limit))}
            x2={axis.place(Number(limit))}
            y1="0"
            y2="100%"
          />
        ) : null,
      )}
      <line class="da" x1={average} x2={average} y1="0" y2="100%" />
      <line class={`dl1 ${tone}`} x1={at} x2={average} y1={height / 2} y2={height / 2} />
      <circle class={`dd ${tone}`} cx={at} cy={height / 2} r="4.5" />
    </svg>
  );
}

/** Returns the colour class of a share: nearly full, full, far from the average, or none. */
export function toneOf(share: number, mean: number): 'c' | 'w' | 'off' | '' {
  if (share >= criticalShare) return 'c';
  if (share >= warningShare) return 'w';
  return mean > 0 && Math.abs(share / mean - 1) >= oddDistance ? 'off' : '';
}
