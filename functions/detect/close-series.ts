import type { Effect } from '../shared/log/record.ts';
import { closeForecast } from './check-forecast.ts';
import { closeLimit } from './check-limits.ts';
import { closePeers } from './check-peers.ts';
import { type Closing, close } from './observe.ts';
import type { Group } from './series-group.ts';

/** Returns the indices of the series of a group that have an open anomaly of any kind, in order. */
export function openSeries({ episodes, watches, fillings, peerWatches }: Group): number[] {
  const indices = new Set(episodes.keys());
  for (const [index, { episode }] of watches) if (episode !== undefined) indices.add(index);
  for (const [index, { episode }] of fillings) if (episode !== undefined) indices.add(index);
  for (const [index, { episode }] of peerWatches) if (episode !== undefined) indices.add(index);
  return [...indices].sort((a, b) => a - b);
}

/** Closes all open anomalies of a series: its deviation, its limit, its forecast and that of its peers. */
export function closeSeries(group: Group, index: number, closing: Closing, effects: Effect[]): void {
  if (group.episodes.has(index)) close(group, index, closing, effects);
  closeLimit(group, index, closing, effects);
  closeForecast(group, index, closing, effects);
  closePeers(group, index, closing, effects);
}
