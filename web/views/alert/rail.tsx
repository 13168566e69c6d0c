import type { JSX } from 'preact';
import type { AlertDetail, DeliveryRow } from '../../api/alert-types.ts';
import { useAnswer } from '../../api/answer.ts';
import type { Entities } from '../../api/data-types.ts';
import { durationText } from '../../format/duration.ts';
import { momentText } from '../../format/moment.ts';
import { componentTitle } from '../../format/names.ts';
import { now } from '../../frame/clock.ts';
import { zone } from '../../frame/where.ts';
import { Glyph } from '../../parts/glyph.tsx';
import { Comments } from './comments.tsx';
import { FeedbackButtons } from './feedback.tsx';
import '../../parts/steps.css';

/** The column beside an alert: deliveries, first checks, what is around it, feedback, comments, labels. */
export function AlertRail({ alert }: { readonly alert: AlertDetail }): JSX.Element {
  return (
    <aside class="rail" aria-label="About this alert">
      <DeliveryList deliveries={alert.deliveries} />
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

function DeliveryList({ deliveries }: { readonly deliveries: readonly DeliveryRow[] }): JSX.Element {
  const rows = newestOf(deliveries);
  const failed = rows.find(({ reason }) => reason !== undefined);
  return (
    <section>
      <h2>Deliveries</h2>
      {rows.length === 0 && <p class="hint">Nobody was told yet.</p>}
      <dl class="kv">
        {rows.map((row) => [
          <dt key={row.receiver}>
            <Glyph name={row.state === 'delivered' ? 'ok' : 'warning'} />
            <bdi>{row.receiver}</bdi>
          </dt>,
          <dd class={row.state === 'delivered' ? '' : 'warn'}>{deliveryWords(row)}</dd>,
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

function deliveryWords({ state, sinceMs, tries, nextTryMs }: DeliveryRow): string {
  if (state === 'delivered') return sinceMs === undefined ? 'delivered' : momentText(sinceMs, zone.value, now.value);
  if (state === 'given up') return 'given up';
  const next = nextTryMs === undefined ? '' : ` in ${durationText(Math.max(0, nextTryMs - now.value))}`;
  return `try ${(tries ?? 0) + 1}${next}`;
}

function Checks({ alert: { checks, runbook, entity } }: { readonly alert: AlertDetail }): JSX.Element | null {
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
      {runbook !== undefined && /^https?:\/\//.test(runbook) && (
        <a class="more" href={runbook} target="_blank" rel="noreferrer">
          {`Runbook: ${entity.kind}`}
        </a>
      )}
    </section>
  );
}

/** The components of the alert, each with a link to its view. */
function Around({ alert }: { readonly alert: AlertDetail }): JSX.Element {
  const { cluster } = alert.entity;
  const { data } = useAnswer<Entities>('/api/entities', { cluster, limit: 500 });
  const troubles = new Map(data?.entities.map(({ path, trouble }) => [path, trouble]));
  return (
    <section>
      <h2>Around it</h2>
      <dl class="kv">
        {alert.suspects.slice(0, 6).map(({ entity, anomalyId }) => {
          const trouble = troubles.get(`${entity.cluster}/${entity.kind}/${entity.name}`);
          return [
            <dt key={anomalyId}>
              <a class="rowlink" href={entityPath(entity)}>
                <bdi>
                  {entity.kind === 'host' ? `Machine ${entity.name}` : componentTitle(entity.kind, entity.name)}
                </bdi>
              </a>
            </dt>,
            <dd class={trouble?.severity === 'critical' ? 'crit' : trouble?.severity === 'warning' ? 'warn' : 'dim'}>
              {trouble === undefined ? '' : (trouble.severity ?? 'normal')}
            </dd>,
          ];
        })}
        <dt>
          <a class="rowlink" href={`/cluster?cluster=${encodeURIComponent(cluster)}`}>
            <bdi>{`Cluster ${cluster}`}</bdi>
          </a>
        </dt>
        <dd class="dim">map and edges</dd>
      </dl>
    </section>
  );
}

/** Returns the path of a component's view. */
const entityPath = ({ cluster, kind, name }: AlertDetail['entity']): string =>
  `/machines/${[cluster, kind, name].map(encodeURIComponent).join('/')}`;
