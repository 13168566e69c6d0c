import type { JSX } from 'preact';
import type { Freshness, Overview, ReceiverState } from '../../api/types.ts';
import { alertTitle } from '../../format/alert-title.ts';
import { durationText } from '../../format/duration.ts';
import { alertHref } from '../../format/links.ts';
import { momentText } from '../../format/moment.ts';
import { now } from '../../frame/clock.ts';
import { nowOf, shownReplay } from '../../frame/replay.ts';
import { zone } from '../../frame/where.ts';
import { Glyph } from '../../parts/glyph.tsx';
import { SectionHead } from '../../parts/section.tsx';
import { sourceRows } from './freshness.ts';
import { worstReceivers } from './tile-words.ts';

const rowsMax = 6;

/** The lists at the end of Now: freshness, deliveries, what was resolved. */
export function NowEnd({ overview }: { readonly overview: Overview }): JSX.Element {
  return (
    <section class="sec cols c3 s-end">
      <FreshnessList freshness={overview.freshness} />
      <DeliveryList overview={overview} />
      <ResolvedList overview={overview} />
    </section>
  );
}

function FreshnessList({ freshness }: { readonly freshness: readonly Freshness[] }): JSX.Element {
  const rows = sourceRows(freshness, shownReplay.value?.endMs ?? now.value);
  return (
    <div>
      <SectionHead
        title="Freshness by source"
        end={
          <a class="more" href="/cluster">
            All components
          </a>
        }
      />
      <dl class="kv wrap">
        {rows.slice(0, rowsMax).map(({ key, name, age, late }) => [
          <dt key={key}>
            {late !== undefined && <Glyph name="warning" />}
            <bdi>{name}</bdi>
          </dt>,
          <dd class={late === undefined ? '' : 'warn'}>{late === undefined ? age : `${age}; ${late}`}</dd>,
        ])}
      </dl>
      {rows.length > rowsMax && <p class="hint">{`and ${rows.length - rowsMax} more`}</p>}
      {freshness.length === 0 && <p class="hint">No source has sent anything yet.</p>}
    </div>
  );
}

function DeliveryList({ overview: { deliveries } }: { readonly overview: Overview }): JSX.Element {
  const { delivered, waiting, receivers } = deliveries;
  return (
    <div>
      <SectionHead
        title="Deliveries"
        note={`${delivered === null ? '' : `last hour: ${delivered} sent, `}${waiting} waiting`}
      />
      <dl class="kv">
        {worstReceivers(receivers)
          .slice(0, rowsMax)
          .map((receiver) => [
            <dt key={receiver.name}>
              {receiver.status !== 'ok' && <Glyph name="warning" />}
              <a class="rowlink" href="/receivers">
                <bdi>{receiver.name}</bdi>
              </a>
            </dt>,
            <dd class={receiver.status === 'ok' ? '' : 'warn'}>{receiverWords(receiver)}</dd>,
          ])}
      </dl>
      {receivers.length > rowsMax && <p class="hint">{`and ${receivers.length - rowsMax} more`}</p>}
      {receivers.length === 0 && <p class="hint">No receiver is set: nobody would be paged.</p>}
    </div>
  );
}

function receiverWords({ status, waiting, reason }: ReceiverState): string {
  if (status !== 'ok') {
    const answered = /^\d{3}\b/.exec(reason ?? '')?.[0];
    return `${waiting} waiting, ${answered === undefined ? status : `answered ${answered}`}`;
  }
  return waiting === 0 ? 'nothing waits' : `${waiting} waiting`;
}

function ResolvedList({ overview }: { readonly overview: Overview }): JSX.Element {
  const { resolved } = overview.alerts;
  return (
    <div>
      <SectionHead
        title="Resolved lately"
        note={String(resolved.length)}
        end={
          <a class="more" href="/alerts">
            All alerts
          </a>
        }
      />
      <dl class="kv wrap">
        {resolved.slice(0, rowsMax).map((alert) => {
          const endMs = alert.endsAtMs ?? alert.updatedAtMs;
          return [
            <dt key={alert.id}>
              <a class="rowlink" href={alertHref(alert.id)}>
                <bdi>{alertTitle(alert)}</bdi>
              </a>
            </dt>,
            <dd class="faint">{`${momentText(endMs, zone.value, nowOf(alert))}, ${durationText(endMs - alert.startsAtMs)}`}</dd>,
          ];
        })}
      </dl>
      {resolved.length === 0 && <p class="hint">None.</p>}
    </div>
  );
}
