import type { JSX } from 'preact';
import type { AlertDetail, DeliveryRow } from '../../api/alert-types.ts';
import { durationText } from '../../format/duration.ts';
import { exploreHref, machineHref } from '../../format/links.ts';
import { momentText } from '../../format/moment.ts';
import { componentTitle } from '../../format/names.ts';
import { now } from '../../frame/clock.ts';
import { nowOf } from '../../frame/replay.ts';
import { zone } from '../../frame/where.ts';
import { Glyph } from '../../parts/glyph.tsx';
import { Around } from './around-section.tsx';
import { Comments } from './comments.tsx';
import { seriesOf } from './drawn-series.ts';
import { evidenceQuery } from './evidence-range.ts';
import { FeedbackButtons } from './feedback.tsx';
import { undeliveredText } from './told.ts';
import '../../parts/steps.css';

/** The column beside an alert: deliveries, first checks, what is around it, feedback, comments, labels. */
export function AlertRail({ alert }: { readonly alert: AlertDetail }): JSX.Element {
  return (
    <aside class="rail" aria-label="About this alert">
      <DeliveryList alert={alert} />
      <Checks alert={alert} />
      <Around alert={alert} />
      <FeedbackButtons alert={alert} />
      <Comments alert={alert} />
      <section>
        <h2>Labels</h2>
        <ul class="labels mono">
          {Object.entries(alert.labels).map(([name, value]) => (
            <li key={name}>
              {name}=<bdi>{value}</bdi>
            </li>
          ))}
        </ul>
      </section>
    </aside>
  );
}

/** Returns the newest delivery of each receiver. */
function newestOf(deliveries: readonly DeliveryRow[]): readonly DeliveryRow[] {
  const byReceiver = new Map<string, DeliveryRow>();
  for (const row of deliveries) {
    const known = byReceiver.get(row.receiver);
    if (known === undefined || row.revision > known.revision) byReceiver.set(row.receiver, row);
  }
  return [...byReceiver.values()];
}

function DeliveryList({ alert }: { readonly alert: AlertDetail }): JSX.Element {
  const rows = newestOf(alert.deliveries);
  const failed = rows.find(({ reason }) => reason !== undefined);
  return (
    <section>
      <h2>Deliveries</h2>
      {rows.length === 0 && <p class="hint">{undeliveredText(alert)}</p>}
      <dl class="kv">
        {rows.map((row) => [
          <dt key={row.receiver}>
            <Glyph name={row.state === 'delivered' ? 'ok' : 'warning'} />
            <bdi>{row.receiver}</bdi>
          </dt>,
          <dd class={row.state === 'delivered' ? '' : 'warn'}>{deliveryWords(row, alert.startsAtMs, now.value)}</dd>,
        ])}
      </dl>
      {failed !== undefined && (
        <p class="hint">
          <bdi>{`${failed.receiver}: ${failed.reason}`}</bdi>
        </p>
      )}
    </section>
  );
}

function deliveryWords({ state, sinceMs, tries, nextTryMs }: DeliveryRow, startsAtMs: number, nowMs: number): string {
  // The other times of the page are those of the day of the alert.
  if (state === 'delivered') return sinceMs === undefined ? 'delivered' : momentText(sinceMs, zone.value, startsAtMs);
  if (state === 'given up') return 'given up';
  const next = nextTryMs === undefined ? '' : ` in ${durationText(Math.max(0, nextTryMs - nowMs))}`;
  return `try ${(tries ?? 0) + 1}${next}`;
}

function Checks({ alert }: { readonly alert: AlertDetail }): JSX.Element | null {
  const { checks, runbook, suspects, scope } = alert;
  const entity = suspects[0]?.entity ?? alert.entity;
  const { from, to } = evidenceQuery(alert, nowOf({ cluster: entity.cluster, isReplay: scope !== 'live' }));
  const series = seriesOf(alert).filter((text) => text.startsWith(`${entity.cluster}/${entity.kind}/${entity.name} `));
  if (checks.length === 0 && runbook === undefined) return null;
  return (
    <section>
      <h2>First checks</h2>
      <ol class="steps">
        {checks.map((check) => (
          <li key={check}>
            <bdi>{check}</bdi>
          </li>
        ))}
      </ol>
      <p class="links">
        <a class="more" href={`${machineHref(entity)}?from=${from}&to=${to}`}>
          <bdi>{`${componentTitle(entity.kind, entity.name)} at that time`}</bdi>
        </a>
        <a class="more" href={`${exploreHref(series)}&from=${from}&to=${to}`}>
          Its series in Explore
        </a>
      </p>
      {runbook !== undefined && /^https?:\/\//.test(runbook) && (
        <a class="more" href={runbook} target="_blank" rel="noreferrer">
          {`Runbook: ${entity.kind}`}
        </a>
      )}
    </section>
  );
}
