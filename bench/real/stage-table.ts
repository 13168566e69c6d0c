import type { StageTimes } from './stage-clock.ts';

/** The smallest share that is shown. */
const shareMin = 0.005;

/** Returns a table of a run's time: the share in which each stage's function ran, and what it waited for. */
export function stageTable(stages: readonly StageTimes[], wallMs: number): string[] {
  const head = ['  stage'.padEnd(12), 'invoked', 'records each', 'of the time', 'of that']
    .map((word, nth) => (nth === 0 ? word : word.padStart(nth === 4 ? 0 : 12)))
    .join('  ');
  return [head, ...stages.map((times) => lineOf(times, wallMs))];
}

function lineOf({ stage, invocations, records, functionMs, ownMs, portMs }: StageTimes, wallMs: number): string {
  const parts = [['own code', ownMs] as const, ...portMs]
    .filter(([, ms]) => ms / wallMs >= shareMin)
    .map(([name, ms]) => `${name} ${percent(ms, wallMs)}`);
  const columns = [
    `  ${stage}`.padEnd(12),
    String(invocations).padStart(12),
    Math.round(records / Math.max(1, invocations))
      .toLocaleString('en')
      .padStart(12),
    percent(functionMs, wallMs).padStart(12),
    parts.join(', '),
  ];
  return columns.join('  ').trimEnd();
}

/** Returns the share of `ms` in `wholeMs`: `33 %`. */
export const percent = (ms: number, wholeMs: number): string => `${Math.round((100 * ms) / wholeMs)} %`;
