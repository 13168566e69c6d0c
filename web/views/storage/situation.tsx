import type { JSX } from 'preact';
import { iecBytes } from '../../../functions/shared/domain/iec.ts';
import { countText, quantityText } from '../../format/quantity.ts';
import { capitalised, listed, numberWord } from '../../format/words.ts';
import { Sentence } from '../../parts/sentence.tsx';
import { oddDistance } from './dot-plot.tsx';
import type { Forecast } from './forecast.ts';
import type { Server, Totals } from './servers.ts';

interface SituationProps {
  readonly servers: readonly Server[];
  readonly totals: Totals;
  readonly forecasts: ReadonlyMap<string, Forecast>;
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

/** The most servers that a sentence names. */
const namesMax = 3;

const serversText = (count: number): string => `${numberWord(count)} chunkserver${count === 1 ? '' : 's'}`;

/** Says how the storage is: what is down, what has errors, and which server is full first. */
export function Situation({ servers, totals, forecasts }: SituationProps): JSX.Element {
  const faulty = servers.filter(({ status }) => status !== 'ok');
  const down = servers.filter(({ status }) => status === 'down');
  const first = firstFull(servers, forecasts);
  const full =
    first === undefined
      ? ''
      : `; at this rate ${first.server.name} is full first, in ${countText(Math.floor(first.days))} days`;
  const glyph = down.length > 0 ? 'down' : faulty.length > 0 ? 'warning' : 'ok';
  const say =
    faulty.length === 0
      ? `All ${serversText(servers.length)} are connected without errors${full}.`
      : `${capitalised(serversText(faulty.length))} of ${servers.length} ${faulty.length === 1 ? 'is' : 'are'} not ok: ${faultsText(faulty)}${full}.`;
  return (
    <Sentence
      isSmall
      glyph={glyph}
      meaning={faulty.length === 0 ? 'The storage is normal' : `${faulty.length} chunkservers are not ok`}
      say={<bdi>{say}</bdi>}
      sub={subText(servers, totals)}
    />
  );
}

function faultsText(faulty: readonly Server[]): string {
  const named = faulty.slice(0, namesMax).map(({ name, status }) => `${name} is ${status}`);
  const others = faulty.length - named.length;
  return listed(others > 0 ? [...named, `${others} more`] : named);
}

function subText(servers: readonly Server[], { usedBytes, totalBytes, share, meanShare }: Totals): string {
  const used =
    share === undefined
      ? ''
      : `${quantityText(usedBytes, 'B')} of ${iecBytes(totalBytes)} used, ${Math.round(share * 100)} %. `;
  if (meanShare === undefined || meanShare === 0) return used;
  const odd = servers
    .filter((server) => server.share !== undefined)
    .map((server) => ({ server, distance: server.share! / meanShare - 1 }))
    .sort((a, b) => Math.abs(b.distance) - Math.abs(a.distance))[0];
  if (odd === undefined || Math.abs(odd.distance) < oddDistance) return `${used}The servers are evenly full.`;
  const side = odd.distance < 0 ? 'less' : 'more';
  return `${used}${odd.server.name} holds ${Math.round(Math.abs(odd.distance) * 100)} % ${side} than the average: it is the one to look at.`;
}
