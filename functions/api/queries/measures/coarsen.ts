import type { Grid } from '../charts/grid.ts';
import type { Steps, StepValues } from '../charts/steps.ts';

/** A time axis, and how many of its steps are one that is answered. */
export interface FineGrid {
  readonly grid: Grid;
  readonly perStep: number;
}

/**
 * Returns a grid with the period of what is read, whose steps divide those of another one. Sums over several parts are made in its steps,
 * so that the peaks of the sum are kept: parts peak at different moments.
 * @param periodMs the least time between two values, ms; more than 0
 */
export function fineGridOf({ stepMs, times }: Grid, periodMs: number): FineGrid {
  const perStep = Math.max(1, Math.floor(stepMs / periodMs));
  const fineMs = stepMs / perStep;
  return {
    grid: {
      stepMs: fineMs,
      times: times.flatMap((timeMs) => Array.from({ length: perStep }, (_, nth) => timeMs + nth * fineMs)),
    },
    perStep,
  };
}

/** Returns values in steps that are longer: their mean, and their extremes if any step has two values that differ. `O(values)`. */
export function coarsened(values: StepValues, perStep: number): Steps {
  if (perStep === 1) return { values };
  const [means, min, max]: [StepValues, StepValues, StepValues] = [[], [], []];
  for (let first = 0; first < values.length; first += perStep) {
    const known = values.slice(first, first + perStep).filter((value) => value !== null);
    const isEmpty = known.length === 0;
    means.push(isEmpty ? null : known.reduce((sum, value) => sum + value, 0) / known.length);
    min.push(isEmpty ? null : Math.min(...known));
    max.push(isEmpty ? null : Math.max(...known));
  }
  return min.some((least, step) => least !== max[step]) ? { values: means, min, max } : { values: means };
}
