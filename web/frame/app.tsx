import type { ComponentType, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { signInReason } from '../api/client.ts';
import { isLive } from '../api/live.ts';
import { Empty, Loading } from '../parts/states.tsx';
import { SignIn } from '../views/sign-in/sign-in.tsx';
import { navigate, path } from './address.ts';
import { Banners } from './banner.tsx';
import { Boundary } from './boundary.tsx';
import { Head } from './head.tsx';
import { Help, openHelp } from './help.tsx';
import { findInView, type KeyMap, moveFromRow, moveRow, useKeys } from './keys.ts';
import { openPalette, Palette } from './palette.tsx';
import { place } from './place.ts';
import { chooseCluster, shownReplay } from './replay.ts';
import { SideBar } from './side.tsx';
import { Tabs } from './tabs.tsx';
import { nextTheme } from './theme.ts';
import { Toasts } from './toast.tsx';
import { type View, views } from './views.ts';
import { range, standardRange } from './where.ts';
import './frame.css';
import './wall.css';

const nextRow = { does: 'next row', run: () => moveRow(1) };
const previousRow = { does: 'previous row', run: () => moveRow(-1) };

const frameKeys: KeyMap = {
  '?': { does: 'shows the keys', run: openHelp },
  'Ctrl K': { does: 'search and commands', run: openPalette },
  '/': { does: 'find in this view', run: findInView },
  j: nextRow,
  k: previousRow,
  ArrowDown: { does: 'next row, from a row', run: () => moveFromRow(1) },
  ArrowUp: { does: 'previous row, from a row', run: () => moveFromRow(-1) },
  l: { does: 'live', run: goLive },
  d: { does: 'light, dark, as the system', run: nextTheme },
  Escape: { does: 'one level up', run: goUp },
  ...Object.fromEntries(
    views.flatMap(({ key, title, path: to }) =>
      key === undefined ? [] : [[`g ${key}`, { does: title, run: () => navigate(to) }]],
    ),
  ),
};

function goLive(): void {
  if (shownReplay.value !== undefined) chooseCluster('');
  else if (!isLive.value) range.value = standardRange;
}

function goUp(): void {
  const parent = place.value?.view.parent;
  const above = views.find(({ name }) => name === parent);
  if (above !== undefined) navigate(above.path);
}

/** The whole page: the frame, and the view at the path. */
export function App(): JSX.Element {
  useKeys(frameKeys);
  const isSignIn = signInReason.value !== null || path.value === '/sign-in';
  if (isSignIn) return <SignIn />;
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <div class="app">
        <SideBar />
        <div>
          <Head />
          <Content />
        </div>
      </div>
      <Tabs />
      <Palette />
      <Help />
      <Toasts />
    </>
  );
}

function Content(): JSX.Element {
  const view = place.value?.view;
  useEffect(() => {
    document.title = `${view?.title ?? 'Not found'} · Offbeat`;
    document.body.dataset.page = view?.name ?? '';
  }, [view]);
  return (
    <main id="main" class={`main ${view?.name ?? ''}`} tabIndex={-1}>
      <Banners />
      {view === undefined ? (
        <Empty glyph="unknown" title="There is no view at this address">
          <a class="more" href="/">
            Open Now
          </a>
        </Empty>
      ) : (
        <Loaded key={view.name} view={view} />
      )}
    </main>
  );
}

/** The time after which a view is loaded again that could not be loaded, ms. */
const loadAgainMs = 3_000;
const loaded = new Map<string, ComponentType>();

function Loaded({ view }: { readonly view: View }): JSX.Element {
  const [Component, setComponent] = useState<ComponentType | undefined>(() => loaded.get(view.name));
  const [hasFailed, setFailed] = useState(false);
  useEffect(() => {
    let isShown = true;
    let timer: number | undefined;
    const load = (): void =>
      void view.load().then(
        (component) => {
          loaded.set(view.name, component);
          if (isShown) setComponent(() => component);
        },
        () => {
          if (!isShown) return;
          setFailed(true);
          timer = window.setTimeout(load, loadAgainMs);
        },
      );
    load();
    return () => {
      isShown = false;
      clearTimeout(timer);
    };
  }, [view]);
  if (Component !== undefined) {
    return (
      <Boundary>
        <Component />
      </Boundary>
    );
  }
  if (!hasFailed) return <Loading what={view.title.toLowerCase()} />;
  return (
    <Empty glyph="unknown" title="This view could not be loaded">
      {'The server does not answer, or has a new version. The page goes on trying. '}
      <button type="button" class="btn" onClick={() => location.reload()}>
        Load the page again
      </button>
    </Empty>
  );
}
