import { quantityText } from '../format/quantity.ts';
import type { Line } from './line.ts';

/** Returns the expected range of a step, after a comma: `, expected 0 to 8.1 MB/s`; empty where none is known. */
export function expectedAt({ lower, upper }: Pick<Line, 'lower' | 'upper'>, nth: number, unit: string): string {
  const high = upper?.[nth];
  if (high === null || high === undefined) return '';
  const low = lower?.[nth] ?? 0;
  return `, expected ${low <= 0 ? '0' : quantityText(low, unit)} to ${quantityText(high, unit)}`;
}

/** The height of a line of text, and the mean width of a character, in pixels. */
const textHeight = 18;
const characterWidth = 6.4;

/** Returns the width of a text, pixels. */
export const textWidth = (text: string): number => text.length * characterWidth;

interface TextPlace {
  /** The places of the values of all lines. */
  readonly places: readonly (readonly [x: number, y: number])[];
  readonly top: number;
  readonly bottom: number;
  /** The left end of the text. */
  readonly x: number;
  readonly width: number;
}

/** Returns the height at which a text lies over the fewest values: above, or below. */
export function textHeightIn({ places, top, bottom, x, width }: TextPlace): number {
  const over = places.filter(([at]) => at >= x && at <= x + width);
  const above = over.filter(([, y]) => y < top + textHeight).length;
  const below = over.filter(([, y]) => y > bottom - textHeight).length;
  return above <= below ? top + 12 : bottom - 6;
}
