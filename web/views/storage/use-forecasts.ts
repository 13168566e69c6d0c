import { useMemo } from 'preact/hooks';
import { dayMs, hourMs } from '../../../functions/shared/domain/durations.ts';
import { useAnswer } from '../../api/answer.ts';
import type { Charts } from '../../api/data-types.ts';
import { replayOf } from '../../frame/replay.ts';
import { type Forecast, forecastOf, growths, historyHours } from './forecast.ts';
import type { Server } from './servers.ts';

/** The time over which growth is fitted, ms, and the number of points. */
const growthMs = 30 * dayMs;
const growthPoints = 120;
/** The number of points of the time that a forecast needs at least: one each minute. */
const historyPoints = historyHours * 60;
/** The most series that the API draws at once: the fullest servers have a forecast. */
export const seriesMax = 50;

/** Returns the forecasts of servers by their keys; none while they are being read. */
export function useForecasts(servers: readonly Server[]): ReadonlyMap<string, Forecast> {
  const fullest = servers.toSorted((a, b) => (b.share ?? 0) - (a.share ?? 0)).slice(0, seriesMax);
  const names = fullest.map(({ usedSeries }) => usedSeries).sort();
  const endMs = replayOf(servers[0]?.cluster ?? '')?.endMs;
  const long = useGrowth(names, growthMs, endMs, growthPoints);
  const isShort =
    long.data !== undefined && [...growths(long.data).values()].every(({ perDay }) => perDay === undefined);
  // The steps of 30 days are hours long, so that they cannot say how much of a few hours is known.
  const short = useGrowth(isShort ? names : [], historyHours * hourMs, endMs, historyPoints);
  const { data, problem } = isShort ? short : long;
  return useMemo(() => {
    if (data === undefined && problem === undefined) return new Map();
    const growing = growths(data);
    return new Map(servers.map((server) => [server.key, forecastOf(growing.get(server.usedSeries), server)]));
  }, [data, problem, servers]);
}

/** Reads series over a time before a moment. @param endMs that moment; now without it */
function useGrowth(names: readonly string[], lengthMs: number, endMs: number | undefined, points: number) {
  const [from, to] =
    endMs === undefined ? [`-${lengthMs / hourMs}h`, 'now'] : [String(endMs - lengthMs), String(endMs)];
  return useAnswer<Charts>(
    names.length === 0 ? null : '/api/charts',
    { series: names, from, to, points },
    { refresh: 'once' },
  );
}
