import type { JSX } from 'preact';
import { momentText } from '../../format/moment.ts';
import { now } from '../../frame/clock.ts';
import { useOverview } from '../../frame/overview.ts';
import { chooseCluster, replays, shownReplay } from '../../frame/replay.ts';
import { isWall, zone } from '../../frame/where.ts';
import { Button } from '../../parts/button.tsx';
import { Glyph } from '../../parts/glyph.tsx';

/** Says that a recording was replayed, with its alerts, and offers to look at it; while it is shown, the way back. */
export function ReplayOffer(): JSX.Element | null {
  const { data } = useOverview();
  const replay = shownReplay.value ?? replays.value[0];
  if (replay === undefined || data === undefined || isWall.value) return null;
  const day = momentText(replay.endMs, zone.value, now.value).slice(0, -9) || 'today';
  if (shownReplay.value !== undefined) {
    return (
      <p class="banner info offer">
        <Glyph name="clock" />
        <span>
          <bdi>{`Shown is a recording of ${day}, replayed as cluster ${replay.cluster}. Its end counts as now.`}</bdi>
        </span>
        <Button onPress={() => chooseCluster('')}>Back to live</Button>
      </p>
    );
  }
  return (
    <p class="banner info offer">
      <Glyph name="clock" />
      <span>
        <bdi>{`A recording of ${day} was replayed as cluster ${replay.cluster}, with its alerts.`}</bdi>
      </span>
      <Button onPress={() => chooseCluster(replay.cluster)}>Look at it</Button>
    </p>
  );
}
