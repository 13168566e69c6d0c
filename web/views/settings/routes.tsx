import type { JSX } from 'preact';
import type { Route } from '../../api/operation-types.ts';
import { Matchers } from '../../parts/matcher.tsx';
import { Section } from '../../parts/section.tsx';

/** The routes as a tree, with the number of alerts that took each branch in 30 days. */
export function Routes({
  routes,
  file,
}: {
  readonly routes: Route | readonly Route[];
  readonly file: string | undefined;
}): JSX.Element {
  const roots = [routes].flat() as readonly Route[];
  return (
    <Section id="routes" title="Routes" note="from the top; the number is how many alerts took it in 30 days">
      <Branches routes={roots} file={file} isRoot />
    </Section>
  );
}

function Branches({
  routes,
  file,
  isRoot = false,
}: {
  readonly routes: readonly Route[];
  readonly file: string | undefined;
  readonly isRoot?: boolean;
}): JSX.Element {
  return (
    <ol class={isRoot ? 'route' : ''}>
      {routes.map((route, nth) => (
        <li key={nth}>
          <Branch route={route} file={file} isRoot={isRoot} />
          {route.routes !== undefined && route.routes.length > 0 && <Branches routes={route.routes} file={file} />}
        </li>
      ))}
    </ol>
  );
}

function Branch({
  route: { match, receivers, continue: goesOn, count, line },
  file,
  isRoot,
}: {
  readonly route: Route;
  readonly file: string | undefined;
  readonly isRoot: boolean;
}): JSX.Element {
  const name = file?.split('/').at(-1);
  const hasMatch = match !== undefined && Object.keys(match).length > 0;
  return (
    <div class="rn">
      {hasMatch ? <Matchers matchers={match} /> : <b>{isRoot ? 'All alerts' : 'Everything else'}</b>}
      <span>
        {receivers === undefined || receivers.length === 0 ? (
          isRoot ? (
            'the first match decides, unless it continues'
          ) : (
            'to nobody: shown, never told'
          )
        ) : (
          <>
            to <b>{receivers.join(', ')}</b>
            {goesOn === true && ', then continues'}
          </>
        )}
      </span>
      <em>{count === undefined ? '' : count.toLocaleString('en')}</em>
      <span class="fr mono">{line === undefined || name === undefined ? '' : `${name}:${line}`}</span>
    </div>
  );
}
