import type { JSX } from 'preact';
import { momentText } from '../format/moment.ts';
import { Glyph } from '../parts/glyph.tsx';
import { notLiveSince, now } from './clock.ts';
import { offbeat } from './poll.ts';
import { behindText } from './side.tsx';
import { zone } from './where.ts';

/** Shows what concerns the whole console: the server cannot be reached, or Offbeat itself is held up. */
export function Banners(): JSX.Element {
  const lost = notLiveSince.value;
  const health = offbeat.value;
  return (
    <div role="status">
      {lost !== null && (
        <p class="banner">
          <Glyph name="warning" />
          {`Not live since ${momentText(lost, zone.value, now.value)}. Shown is the last picture; the page goes on trying to connect.`}
        </p>
      )}
      {lost === null && health?.status === 'held up' && (
        <p class="banner err">
          <Glyph name="critical" />
          {`Offbeat itself is held up: ${health.reason ?? behindText(health.lagRecords)}. New alerts come late.`}
        </p>
      )}
    </div>
  );
}
