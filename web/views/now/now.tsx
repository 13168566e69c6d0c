import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { isPending } from '../../alerts/asked.ts';
import { openAt, situationAtEnd } from '../../alerts/range-end.ts';
import { acknowledge } from '../../alerts/send.ts';
import { type Situation, situationOf } from '../../alerts/words.ts';
import type { Overview } from '../../api/types.ts';
import { gapText, glyphBeside } from '../../charts/alert-gap.ts';
import { useNewestAlerts } from '../../charts/alert-lane.ts';
import { alertTitle } from '../../format/alert-title.ts';
import { alertHref } from '../../format/links.ts';
import { momentText } from '../../format/moment.ts';
import { navigate } from '../../frame/address.ts';
import { now } from '../../frame/clock.ts';
import { useKeys } from '../../frame/keys.ts';
import { me } from '../../frame/me.ts';
import { usePresent } from '../../frame/overview.ts';
import { endsBeforePresent, shownSpan } from '../../frame/present.ts';
import { shownReplay } from '../../frame/replay.ts';
import { cluster, isWall, zone } from '../../frame/where.ts';
import { Button } from '../../parts/button.tsx';
import { Sentence } from '../../parts/sentence.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { NowEnd } from './end.tsx';
import { FirstRun } from './first-run.tsx';
import { NowStack } from './now-stack.tsx';
import { type Offered, offeredOf } from './offered.ts';
import { OpenAlerts } from './open-alerts.tsx';
import { ReplayOffer } from './replay-offer.tsx';
import { Storm, stormMin } from './storm.tsx';
import { Vitals } from './vitals.tsx';

/** Answers whether something is wrong, since when, and whether somebody has it. */
export function NowView(): JSX.Element {
  const overview = usePresent();
  return (
    <Answered answer={overview} what="The overview" rows={8}>
      {(data) => {
        if (isUnknown(data)) return <UnknownCluster />;
        return isFirstRun(data) ? <FirstRun overview={data} /> : <Now overview={data} />;
      }}
    </Answered>
  );
}

/** Indicates whether the address names a cluster that nothing is known of, as an old or mistyped link does. */
const isUnknown = ({ clusters }: Overview): boolean => cluster.value !== '' && !clusters.includes(cluster.value);

function UnknownCluster(): JSX.Element {
  return (
    <Empty glyph="unknown" title={`No cluster ${cluster.value} is known`}>
      Nothing can be said about it. <a href="/?cluster=">All clusters</a>
    </Empty>
  );
}

const isFirstRun = ({ newestSampleMs, alerts, freshness }: Overview): boolean =>
  newestSampleMs === null &&
  shownReplay.value === undefined &&
  alerts.openCount === 0 &&
  alerts.resolved.length === 0 &&
  freshness.length === 0;

function Now({ overview }: { readonly overview: Overview }): JSX.Element {
  useReloadOnNewVersion(overview.version);
  const { toMs } = shownSpan.value;
  const { alerts, gap } = useNewestAlerts();
  const openAtEnd = endsBeforePresent() ? openAt(alerts, toMs) : [];
  const loud = overview.alerts.open.filter(({ silencedBy }) => silencedBy === undefined);
  if (overview.alerts.openCount - overview.alerts.silenced > stormMin) return <Storm overview={overview} open={loud} />;
  const nowMs = shownReplay.value?.endMs ?? now.value;
  const present = situationOf(overview, nowMs, zone.value, shownReplay.value === undefined ? 'present' : 'replay');
  const situation = situationAtEnd(present, openAtEnd, momentText(toMs, zone.value, now.value));
  return (
    <>
      <Lede
        situation={
          endsBeforePresent()
            ? { ...situation, glyph: glyphBeside(situation.glyph, gap), sub: `${gapText(gap)}${situation.sub}` }
            : situation
        }
        offered={offeredOf(openAtEnd, loud)}
      />
      <ReplayOffer />
      <Vitals overview={overview} />
      <OpenAlerts overview={overview} openAtEnd={openAtEnd} />
      <NowStack />
      <NowEnd overview={overview} />
    </>
  );
}

function Lede({
  situation,
  offered: { id, acted },
}: {
  readonly situation: Situation;
  readonly offered: Offered;
}): JSX.Element {
  const isOpen = acted?.status === 'open' && !isPending(acted.id, 'ack');
  const take = (): void => {
    if (acted !== undefined && isOpen && me.value.canAct) void acknowledge([acted], alertTitle(acted));
  };
  useKeys({
    a: { does: 'acknowledge the worst alert', run: take },
    s: { does: 'silence the worst alert', run: () => acted && navigate(`${alertHref(acted.id)}?do=silence`) },
  });
  return (
    <Sentence
      glyph={situation.glyph}
      say={<bdi>{situation.say}</bdi>}
      sub={<bdi>{situation.sub}</bdi>}
      meaning={situation.meaning}
      actions={
        id !== undefined && (
          <>
            {isOpen && (
              <Button kind="primary" isAct onPress={take}>
                Acknowledge
              </Button>
            )}
            <a class="btn" href={alertHref(id)}>
              Open alert
            </a>
          </>
        )
      }
    />
  );
}

/** Loads a wall screen again when the server has a new version: nobody is there to do it. */
function useReloadOnNewVersion(version: string): void {
  useEffect(() => {
    const before = firstVersion ?? version;
    firstVersion = before;
    if (isWall.value && version !== before) location.reload();
  }, [version]);
}

let firstVersion: string | undefined;
