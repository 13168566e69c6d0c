import type { JSX } from 'preact';
import { lostSinceMs } from '../api/client.ts';
import { clockText } from '../format/moment.ts';
import { Glyph } from '../parts/glyph.tsx';
import { now } from './clock.ts';
import { offbeat } from './poll.ts';
import { behindText } from './side.tsx';
import { zone } from './where.ts';

/** Milliseconds without an answer after which the page says so. */
const patienceMs = 10_000;

/** Shows what concerns the whole console: the server cannot be reached, or Offbeat itself is held up. */
export function Banners(): JSX.Element {
  const lost = lostSinceMs.value;
  const isLost = lost !== null && Date.now() - lost > patienceMs && now.value > 0;
  const health = offbeat.value;
  return (
    <div role="status">
      {isLost && (
        <p class="banner">
          <Glyph name="warning" />
          {`Not live since ${clockText(lost, zone.value)}. Shown is the last picture; the page goes on trying to connect.`}
        </p>
      )}
      {!isLost && health?.status === 'held up' && (
        <p class="banner err">
          <Glyph name="critical" />
          {`Offbeat itself is held up: ${health.reason ?? behindText(health.lagRecords)}. New alerts come late.`}
        </p>
      )}
    </div>
  );
}
