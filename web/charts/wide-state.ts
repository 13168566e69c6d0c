import type { Zone } from '../format/moment.ts';
import type { Line } from './line.ts';
import type { ScaleEnds } from './scale-ends.ts';

/** The colours of the page, as uPlot draws on a canvas. */
export type Colours = (name: string) => string;

/** Returns the colours of the theme that is shown. */
export function pageColours(): Colours {
  const style = getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue(name).trim();
}

/** The data that a wide chart draws at present; its drawing functions read it anew each time. */
export interface WideState {
  readonly lines: readonly Line[];
  readonly unit: string;
  readonly range: { readonly fromMs: number; readonly toMs: number };
  readonly gaps: readonly (readonly [fromMs: number, toMs: number])[];
  readonly ends: ScaleEnds;
  readonly hasBand: boolean;
  readonly zone: Zone;
}
