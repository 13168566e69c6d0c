import type { JSX } from 'preact';
import type { AlertSummary, Overview } from '../api/types.ts';
import { alertTitle } from '../format/alert-title.ts';
import { durationText } from '../format/duration.ts';
import { alertHref } from '../format/links.ts';
import { Glyph } from '../parts/glyph.tsx';
import { AccountLine } from './account.tsx';
import { path } from './address.ts';
import { Brand } from './brand.tsx';
import { now } from './clock.ts';
import { troubleCounts, useElsewhere, useOverview, usePresent } from './overview.ts';
import { place } from './place.ts';
import { newestSampleMs, offbeat } from './poll.ts';
import { type View, views } from './views.ts';
import { cluster } from './where.ts';

/** The most open alerts that the side bar lists. */
const listedMax = 8;

/** The links to some views, each with the number of its things in trouble. */
export function ViewLinks({ of }: { readonly of: readonly View[] }): JSX.Element {
  const counts = troubleCounts(useOverview().data);
  const current = place.value?.view;
  return (
    <>
      {of.map(({ name, path: href, title, glyph }) => {
        const count = counts[name] ?? 0;
        const isCurrent = current?.name === name || current?.parent === name;
        return (
          <a key={name} href={href} aria-current={isCurrent ? 'page' : undefined} title={title}>
            <Glyph name={glyph} />
            <span>{title}</span>
            {count > 0 && (
              <span class="n">
                {count}
                <span class="sr"> with trouble</span>
              </span>
            )}
          </a>
        );
      })}
    </>
  );
}

/** The bar at the left: the views, the open alerts, and the state of Offbeat itself. */
export function SideBar(): JSX.Element {
  return (
    <nav class="side" aria-label="Views">
      <Brand />
      <div class="nav">
        <ViewLinks of={views.filter(({ group }) => group === 'watched')} />
      </div>
      <OpenList />
      <div class="nav ops">
        <h2>Offbeat</h2>
        <ViewLinks of={views.filter(({ group }) => group === 'offbeat')} />
      </div>
      <OwnHealth />
    </nav>
  );
}

/** Lists the open alerts of the chosen cluster, then those of others: whoever looks at a recording is told of what is wrong now. */
function OpenList(): JSX.Element {
  const { data } = usePresent();
  const elsewhere = useElsewhere().data?.alerts;
  const isLoud = ({ silencedBy }: AlertSummary): boolean => silencedBy === undefined;
  const open = [...(data?.alerts.open ?? []), ...(elsewhere?.open ?? [])].filter(isLoud);
  const count = loudCount(data?.alerts) + loudCount(elsewhere);
  const more = count - Math.min(open.length, listedMax);
  return (
    <div class="openlist">
      <h2>Open alerts</h2>
      {data !== undefined && count === 0 && <p class="none">None</p>}
      {open.slice(0, listedMax).map((alert) => (
        <a
          key={alert.id}
          href={alertHref(alert.id)}
          aria-current={path.value === alertHref(alert.id) ? 'page' : undefined}
        >
          <Glyph name={alert.severity} size={14} />
          <span>
            <bdi>{alertTitle(alert)}</bdi>
            {cluster.value !== '' && alert.cluster !== cluster.value && (
              <bdi class="dim">{`, in ${alert.cluster}`}</bdi>
            )}
          </span>
        </a>
      ))}
      {more > 0 && <p class="none">{`and ${more} more`}</p>}
    </div>
  );
}

const loudCount = (alerts: Overview['alerts'] | undefined): number =>
  alerts === undefined ? 0 : alerts.openCount - alerts.silenced;

/** Returns how far Offbeat is behind: `1 record behind`. */
export const behindText = (records: number): string =>
  `${records.toLocaleString('en')} ${records === 1 ? 'record' : 'records'} behind`;

function OwnHealth(): JSX.Element {
  const health = offbeat.value;
  const newest = newestSampleMs.value;
  const words = {
    ok: 'Offbeat is up to date',
    degraded: 'Offbeat is degraded',
    'held up': 'Offbeat is held up',
  };
  return (
    <div class="foot">
      <b>{health === null ? 'Connecting' : words[health.status]}</b>
      {health !== null && (
        <span>
          {health.reason ?? behindText(health.lagRecords)}
          {newest === null ? ', no sample yet' : `, newest sample ${durationText(now.value - newest)} old`}
        </span>
      )}
      <AccountLine />
    </div>
  );
}
