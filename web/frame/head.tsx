import { type Signal, signal } from '@preact/signals';
import type { JSX } from 'preact';
import { isLive } from '../api/live.ts';
import { durationText } from '../format/duration.ts';
import { clockText, momentText, zoneName } from '../format/moment.ts';
import { Glyph } from '../parts/glyph.tsx';
import { Popover } from '../parts/popover.tsx';
import { notLiveSince, now } from './clock.ts';
import { useOverview } from './overview.ts';
import { openPalette } from './palette.tsx';
import { place } from './place.ts';
import { newestSampleMs } from './poll.ts';
import { RangeControl } from './range/range-control.tsx';
import { chooseCluster, replayOf } from './replay.ts';
import { viewNamed } from './views.ts';
import { cluster, isWall, zone } from './where.ts';

/** The title of what the view shows, where it is more than the name of the view, such as the name of a machine. */
export const detailTitle: Signal<string | null> = signal(null);

/** Samples that are older than this are no longer live. Ms. */
const staleMs = 60_000;

/** The bar at the top: where one is, whether it is live, the range, the cluster, the search. */
export function Head(): JSX.Element {
  const view = place.value?.view;
  return (
    <header class="head">
      <Title />
      <span class="push" />
      <span class="clock">
        {clockText(now.value, zone.value)} {zoneName(zone.value, now.value)}
      </span>
      <LiveMark />
      {view?.hasRange === true && <RangeControl />}
      {view?.hasCluster === true && <ClusterChoice />}
      <button type="button" class="btn find" onClick={openPalette}>
        <Glyph name="find" size={14} />
        <span>Search</span>
        <kbd>{/Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘K' : 'Ctrl K'}</kbd>
      </button>
    </header>
  );
}

function Title(): JSX.Element {
  const view = place.value?.view;
  if (view === undefined) return <h1>Nothing is here</h1>;
  const parent = view.parent === undefined ? undefined : viewNamed(view.parent);
  return (
    <h1>
      {parent !== undefined && (
        <span class="crumb">
          <a href={parent.path}>{parent.title}</a> /{' '}
        </span>
      )}
      <bdi>{detailTitle.value ?? view.title}</bdi>
    </h1>
  );
}

function LiveMark(): JSX.Element | null {
  const lost = notLiveSince.value;
  if (lost !== null) {
    return (
      <span class="live warn" title="The server does not answer. The page goes on trying.">
        <Glyph name="warning" size={12} />
        {`Not live since ${momentText(lost, zone.value, now.value)}`}
      </span>
    );
  }
  const newest = newestSampleMs.value;
  if (newest === null) return null;
  const ageMs = now.value - newest;
  const age = durationText(ageMs);
  if (!isLive.value && !isWall.value) {
    return (
      <span class="live" title="The end of the range is fixed. Press l to return.">
        <Glyph name="clock" size={14} />
        Fixed
      </span>
    );
  }
  return (
    <span class={ageMs > staleMs ? 'live warn' : 'live'} title="Charts move with the data">
      {ageMs > staleMs ? <Glyph name="warning" size={12} /> : <i />}
      <span class="hide-m">Live, data </span>
      {age} old
    </span>
  );
}

/** Returns a cluster by its name; a replay with its time: `recorded, replayed, 23 Nov 15:32`. */
function clusterText(name: string): string {
  if (name === '') return 'All clusters';
  const replay = replayOf(name);
  return replay === undefined
    ? name
    : `${name}, replayed, ${momentText(replay.endMs, zone.value, now.value).slice(0, -3)}`;
}

function ClusterChoice(): JSX.Element | null {
  const { data } = useOverview();
  const clusters = data?.clusters ?? [];
  if (clusters.length < 2 && cluster.value === '') return null;
  return (
    <Popover
      label="Cluster"
      class="menu"
      trigger={({ isOpen, toggle }) => (
        <button type="button" class="btn cluster" aria-haspopup="dialog" aria-expanded={isOpen} onClick={toggle}>
          <bdi>{clusterText(cluster.value)}</bdi>
          <Glyph name="chevron" size={12} />
        </button>
      )}
    >
      {(close) =>
        ['', ...clusters].map((name) => (
          <button
            key={name}
            type="button"
            class="menuitem"
            aria-pressed={name === cluster.value}
            onClick={() => {
              chooseCluster(name);
              close();
            }}
          >
            <bdi>{clusterText(name)}</bdi>
          </button>
        ))
      }
    </Popover>
  );
}
