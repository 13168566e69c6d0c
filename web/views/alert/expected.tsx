import type { JSX } from 'preact';
import type { Anomaly } from '../../api/alert-types.ts';
import { quantityText, shownUnit } from '../../format/quantity.ts';

/** Shows how far an anomaly went, and what was expected. */
export function Expected({ anomaly }: { readonly anomaly: Anomaly }): JSX.Element {
  const { peak, lower, upper, expected, series, unit, state } = anomaly;
  const shown = shownUnit(series.metric, unit);
  const text = (value: number): string => quantityText(value, shown);
  return (
    <p class="m">
      <b>{text(peak)}</b> <span class="dim">{rangeWords({ lower, upper, expected, text })}</span>
      {state === 'closed' && <span class="dim">, over</span>}
    </p>
  );
}

function rangeWords({
  lower,
  upper,
  expected,
  text,
}: {
  readonly lower: number | undefined;
  readonly upper: number | undefined;
  readonly expected: number | undefined;
  readonly text: (value: number) => string;
}): string {
  if (lower !== undefined && upper !== undefined) {
    const [from, to] = [text(Math.max(0, lower)), text(upper)];
    return from === to ? `expected ${to}` : `expected ${from} to ${to}`;
  }
  if (upper !== undefined) return `expected up to ${text(upper)}`;
  if (lower !== undefined) return `expected at least ${text(lower)}`;
  return expected === undefined ? '' : `expected ${text(expected)}`;
}
