import { hourMs, minuteMs } from '../../../functions/shared/domain/durations.ts';
import { countText } from '../../format/quantity.ts';
import { counted } from '../../format/words.ts';
import type { StatusGlyph } from '../../parts/glyph.tsx';
import { type PastTrouble, rankOf } from '../machines/past-trouble.ts';
import { type Forecast, historyHours } from './forecast.ts';
import { type Server, shareText } from './servers.ts';

/** The shares at which a server is nearly full, and full. */
export const warningShare = 0.8;
export const criticalShare = 0.95;
/** The days until it is full from which on a server is in trouble. */
const soonDays = 30;

/** The state of a server as the table shows it: that of the inventory, or that it is full. */
export interface ServerState {
  readonly glyph: StatusGlyph;
  readonly word: string;
  /** The reason why it is not ok; absent if it is. */
  readonly reason?: string | undefined;
  /** The time since which it is so, ms; absent where it is not known. */
  readonly sinceMs?: number;
}

const glyphs = { down: 'down', degraded: 'warning' } as const;

/** Returns the state of a server. One that is connected and full is not ok. */
export function stateOf({ status, reason, sinceMs, share }: Server): ServerState {
  // The reason says when it was last seen.
  if (status === 'unknown') return { glyph: 'unknown', word: status, reason };
  if (status === 'down' || status === 'degraded') return { glyph: glyphs[status], word: status, reason, sinceMs };
  if (share === undefined || share < warningShare) return { glyph: 'ok', word: 'ok' };
  const used = `${shareText(share)} of its space is used`;
  return share >= criticalShare
    ? { glyph: 'critical', word: 'full', reason: used }
    : { glyph: 'warning', word: 'nearly full', reason: used };
}

const order: readonly StatusGlyph[] = ['down', 'critical', 'warning', 'unknown', 'info', 'ok'];

/**
 * Returns servers with the worst first: those that are not ok, those that had alerts in the range, those that will be full soon, and the
 * fuller ones. What is alike stays in the order of the master.
 * @param past the alerts of servers, by their paths
 */
export function worstServersFirst(
  servers: readonly Server[],
  forecasts: ReadonlyMap<string, Forecast>,
  past: ReadonlyMap<string, PastTrouble> = new Map(),
): Server[] {
  const rank = (server: Server): number => order.indexOf(stateOf(server).glyph);
  const days = ({ key }: Server): number => {
    const forecast = forecasts.get(key);
    return forecast?.type === 'full' && forecast.days < soonDays ? forecast.days : soonDays;
  };
  const pastRank = ({ path }: Server): number => rankOf(past.get(path));
  return servers.toSorted(
    (a, b) => rank(a) - rank(b) || pastRank(a) - pastRank(b) || days(a) - days(b) || (b.share ?? 0) - (a.share ?? 0),
  );
}

/** The server that is full first, with its days. */
export interface FirstFull {
  readonly server: Server;
  readonly days: number;
}

/** Returns the server that is full first; `undefined` where none is expected to be. */
export function firstFull(servers: readonly Server[], forecasts: ReadonlyMap<string, Forecast>): FirstFull | undefined {
  return servers
    .flatMap((server) => {
      const forecast = forecasts.get(server.key);
      return forecast?.type === 'full' ? [{ server, days: forecast.days }] : [];
    })
    .sort((a, b) => a.days - b.days)[0];
}

/** Returns the server of which the greatest share is used; `undefined` where none is known. */
export const fullest = (servers: readonly Server[]): Server | undefined =>
  servers.filter(({ share }) => share !== undefined).toSorted((a, b) => b.share! - a.share!)[0];

/** Returns the time until a server is full: `14 hours`, `16 days`. */
export function daysText(days: number): string {
  if (days >= 2) return `${countText(Math.floor(days))} days`;
  const hours = Math.floor(days * 24);
  return hours < 1 ? 'less than an hour' : `${hours} hour${hours === 1 ? '' : 's'}`;
}

/** Returns which server is full first and when; before that can be told, which is the fullest, and what is missing; empty if nothing is known. */
export function fullClause(servers: readonly Server[], forecasts: ReadonlyMap<string, Forecast>): string {
  const first = firstFull(servers, forecasts);
  if (first !== undefined) return `at this rate ${first.server.name} is full first, in ${daysText(first.days)}`;
  const most = fullest(servers);
  if (most === undefined || forecasts.size === 0) return '';
  return `${most.name} is the fullest, ${shareText(most.share!)}; ${noneFullText([...forecasts.values()])}`;
}

/** Returns why no server is said to be full first: none grows, or there is too little data, as in `no forecast: 30 minutes of 6 hours`. */
export function noneFullText(forecasts: readonly Forecast[]): string {
  if (forecasts.some(({ type }) => type === 'not growing')) return 'none grows by 0.1 GiB a day or more';
  const knownMs = Math.max(0, ...forecasts.map((forecast) => (forecast.type === 'no forecast' ? forecast.knownMs : 0)));
  const known =
    knownMs < 2 * hourMs
      ? counted(Math.floor(knownMs / minuteMs), 'minute')
      : counted(Math.floor(knownMs / hourMs), 'hour');
  return `no forecast: ${known} of ${historyHours}\u00a0hours of data`;
}
