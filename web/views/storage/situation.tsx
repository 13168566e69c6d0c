import type { JSX } from 'preact';
import { quantityText } from '../../format/quantity.ts';
import { presentOnlyText } from '../../frame/present.ts';
import { Sentence } from '../../parts/sentence.tsx';
import { oddDistance } from './dot-plot.tsx';
import type { Forecast } from './forecast.ts';
import { storageSentence, type Told } from './sentence.ts';
import { type Server, shareText, type Totals } from './servers.ts';

interface SituationProps {
  readonly servers: readonly Server[];
  readonly totals: Totals;
  readonly forecasts: ReadonlyMap<string, Forecast>;
  readonly told: Told;
}

/** Says how the storage is: what is down, full or has errors, what had alerts in the range, and which server is full first. */
export function Situation({ servers, totals, forecasts, told }: SituationProps): JSX.Element {
  const { glyph, say, meaning } = storageSentence(servers, forecasts, told);
  const sub = `${presentOnlyText()}${subText(servers, totals)}`;
  return <Sentence isSmall glyph={glyph} meaning={meaning} say={<bdi>{say}</bdi>} sub={<bdi>{sub}</bdi>} />;
}

function subText(servers: readonly Server[], { usedBytes, totalBytes, share, meanShare }: Totals): string {
  const { cluster } = servers[0]!;
  const used =
    share === undefined
      ? `Cluster ${cluster}. `
      : `Cluster ${cluster}: ${quantityText(usedBytes, 'B')} of ${quantityText(totalBytes, 'B')} used, ${shareText(share)}. `;
  if (meanShare === undefined || meanShare === 0) return used;
  const odd = servers
    .filter((server) => server.share !== undefined)
    .map((server) => ({ server, distance: server.share! / meanShare - 1 }))
    .sort((a, b) => Math.abs(b.distance) - Math.abs(a.distance))[0];
  if (odd === undefined || Math.abs(odd.distance) < oddDistance)
    return servers.length < 2 ? used : `${used}The servers are evenly full.`;
  const side = odd.distance < 0 ? 'less' : 'more';
  return `${used}${odd.server.name} holds ${Math.round(Math.abs(odd.distance) * 100)} % ${side} than the average: it is the one to look at.`;
}
