import { entityPath } from '../../../shared/domain/entity.ts';
import { compareText } from '../../../shared/domain/order.ts';
import type { AlertSummary } from '../../answers/alert-summary.ts';
import type { AlertCounts } from '../../answers/overview.ts';

/** Returns the numbers of open alerts of each cluster, of its replays apart from those of the present. */
export function countsByCluster(open: readonly AlertSummary[]): AlertCounts[] {
  const groups = Map.groupBy(open, ({ cluster, isReplay = false }) => JSON.stringify([cluster, isReplay]));
  return [...groups.values()]
    .map(countsOf)
    .sort((a, b) => compareText(a.cluster, b.cluster) || Number(a.isReplay === true) - Number(b.isReplay === true));
}

function countsOf(open: readonly AlertSummary[]): AlertCounts {
  const { cluster, isReplay } = open[0]!;
  const loud = open.filter(({ silencedBy }) => silencedBy === undefined);
  const troubled = new Map<string, AlertSummary['entity']['kind']>();
  for (const { entity, severity } of loud) if (severity !== 'info') troubled.set(entityPath(entity), entity.kind);
  const counted: AlertCounts['troubled'] = {};
  for (const kind of troubled.values()) counted[kind] = (counted[kind] ?? 0) + 1;
  return {
    cluster,
    ...(isReplay === true ? { isReplay } : {}),
    open: open.length,
    silenced: open.length - loud.length,
    acknowledged: loud.filter(({ status }) => status === 'acknowledged').length,
    paged: loud.filter(({ paged }) => paged !== undefined).length,
    troubled: counted,
  };
}
