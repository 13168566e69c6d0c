import { SeriesDetector } from '../../functions/detect/detector/series-detector.ts';
import { ruleOf, type SeriesRule } from '../../functions/detect/rule.ts';
import { metricRows } from '../../functions/shared/domain/catalogue/catalogue.ts';
import { dayMs, minuteMs, secondMs } from '../../functions/shared/domain/durations.ts';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { calms, startMs } from './calibration.ts';
import { Random } from './random.ts';

const stepMs = 10 * secondMs;
/** The levels of series, in floors of their metrics: from far below what matters to far above. */
const [levelMin, levelMax] = [0.01, 100];

/** The pages of a fleet's series by input. */
export interface FleetPages {
  readonly pages: number;
  readonly byInput: ReadonlyMap<string, number>;
}

/** Returns the rules of all judged metrics of the catalogue. */
function judgedRules(): readonly SeriesRule[] {
  const entity = { cluster: 'fleet', kind: 'host', name: 'some' } as const;
  return metricRows
    .filter(({ rule }) => rule !== undefined && rule.floor > 0)
    .map(({ metric }) => ruleOf({ entity, metric, dimensions: {} }, undefined, undefined, defaultSettings));
}

/**
 * Returns the pages of one day of a fleet without trouble: each series has the rule of a metric of the catalogue, in turns,
 * one of the inputs of the calibration, and a level between a hundredth and a hundred times the floor of its metric.
 */
export function fleetPages(count: number): FleetPages {
  const rules = judgedRules();
  const byInput = new Map<string, number>();
  let pages = 0;
  for (let nth = 0; nth < count; nth += 1) {
    const calm = calms[nth % calms.length]!;
    const rule = rules[Math.floor(nth / calms.length) % rules.length]!;
    const random = new Random(nth + 1);
    const level = rule.floor * levelMin * (levelMax / levelMin) ** random.uniform();
    const next = calm.source(random);
    const detector = new SeriesDetector(rule);
    // A delta is judged by the sums of its minutes.
    const everyMs = rule.kind === 'delta' ? minuteMs : stepMs;
    for (let timeMs = startMs; timeMs < startMs + dayMs; timeMs += everyMs) {
      if (!detector.next(timeMs, (level * next(timeMs)) / calm.mean).page) continue;
      pages += 1;
      byInput.set(calm.name, (byInput.get(calm.name) ?? 0) + 1);
    }
  }
  return { pages, byInput };
}
