import '../../parts/vital.css';
import type { ComponentChildren, JSX } from 'preact';
import { iecInteger } from '../../../functions/shared/domain/iec.ts';
import type { InventoryItem } from '../../api/inventory-types.ts';
import { countText, quantity, quantityText } from '../../format/quantity.ts';
import { UseBar } from '../../parts/use-bar.tsx';
import type { Forecast } from './forecast.ts';
import { type Server, shareText, type Totals } from './servers.ts';
import { criticalShare, daysText, firstFull, fullest, noneFullText, warningShare } from './trouble.ts';

interface VitalsProps {
  readonly servers: readonly Server[];
  readonly totals: Totals;
  readonly forecasts: ReadonlyMap<string, Forecast>;
  readonly master: InventoryItem | undefined;
}

/** The imbalance that is noticed, and that warns. */
const noticeAt = 0.2;
const warnAt = 0.4;

/** Shows a storage in four numbers: how full, until when, its chunks, how uneven. */
export function StorageVitals({ servers, totals, forecasts, master }: VitalsProps): JSX.Element {
  const { share, usedBytes, totalBytes, imbalance } = totals;
  const used = quantity(usedBytes, 'B');
  return (
    <section class="vitals v4" aria-label="Storage at a glance">
      <Cell name="Used" value={used.text} unit={`${used.unit} of ${quantityText(totalBytes, 'B')}`}>
        {share !== undefined && (
          <>
            <UseBar share={share} tone={share >= criticalShare ? 'crit' : share >= warningShare ? 'warn' : undefined} />
            <p class={share >= warningShare ? 'x warn' : 'x'}>{shareText(share)}, warning at 80 %</p>
          </>
        )}
      </Cell>
      <FullCell servers={servers} forecasts={forecasts} />
      <Cell name="Copies of chunks" value={iecInteger(totals.chunks)} unit="">
        <p class="x">{chunksText(master)}</p>
      </Cell>
      <Cell
        name="Fullest to emptiest"
        value={imbalance === undefined || servers.length < 2 ? undefined : String(Math.round(imbalance * 100))}
        unit="% of the average"
      >
        <p class={imbalance !== undefined && imbalance >= warnAt ? 'x warn' : 'x'}>
          notice at {noticeAt * 100} %, warning at {warnAt * 100} %
        </p>
      </Cell>
    </section>
  );
}

function Cell(props: {
  readonly name: string;
  readonly value: string | undefined;
  readonly unit: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <div class="vital">
      <span class="k">{props.name}</span>
      <span class="v">
        {props.value ?? <span class="faint nodata">no data</span>}
        {props.value !== undefined && <span class="u">{props.unit}</span>}
      </span>
      {props.children}
    </div>
  );
}

/** Shows which server is full first and when; where that is not known, which is the fullest. */
function FullCell({ servers, forecasts }: Pick<VitalsProps, 'servers' | 'forecasts'>): JSX.Element {
  const first = firstFull(servers, forecasts);
  const most = fullest(servers);
  if (first === undefined) {
    return (
      <Cell name="Fullest" value={most === undefined ? undefined : shareText(most.share!)} unit={most?.name ?? ''}>
        <p class="x">{forecasts.size === 0 ? 'the forecast is being read' : noneFullText([...forecasts.values()])}</p>
      </Cell>
    );
  }
  const growing = [...forecasts.values()].flatMap((forecast) => (forecast.type === 'full' ? forecast.bytesPerDay : []));
  const growth = growing.reduce((sum, each) => sum + each, 0);
  return (
    <Cell name="Full first" value={daysText(first.days)} unit={first.server.name}>
      <p class="x">{`growth ${quantityText(growth, 'B')} a day, fitted over 30 days`}</p>
    </Cell>
  );
}

function chunksText(master: InventoryItem | undefined): string {
  const missing = master?.measurements['moosefs.master.chunks.missing'];
  const endangered = master?.measurements['moosefs.master.chunks.endangered'];
  const chunks = master?.measurements['moosefs.master.chunks.count'];
  if (missing !== undefined || endangered !== undefined) {
    return `${countText(missing ?? 0)} chunks without any copy, ${countText(endangered ?? 0)} endangered`;
  }
  return chunks === undefined
    ? 'as the servers count them'
    : `of ${countText(chunks)} ${chunks === 1 ? 'chunk' : 'chunks'}, as the master counts them`;
}
