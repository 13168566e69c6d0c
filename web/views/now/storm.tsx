import type { JSX } from 'preact';
import { AlertRow } from '../../alerts/alert-row.tsx';
import { isPending } from '../../alerts/asked.ts';
import { useCauseCharts } from '../../alerts/causes.ts';
import { type AlertTotals, totalsOf } from '../../alerts/totals.ts';
import { leadingNumber } from '../../alerts/words.ts';
import type { AlertSummary, Overview } from '../../api/types.ts';
import { alertTitle } from '../../format/alert-title.ts';
import { durationText } from '../../format/duration.ts';
import { alertHref } from '../../format/links.ts';
import { clockText, momentText } from '../../format/moment.ts';
import { counted } from '../../format/words.ts';
import { presentMs } from '../../frame/replay.ts';
import { isWall, zone } from '../../frame/where.ts';
import { Fold } from '../../parts/fold.tsx';
import { Section } from '../../parts/section.tsx';
import { Sentence } from '../../parts/sentence.tsx';
import { AcknowledgeAll } from './acknowledge-all.tsx';
import { NowEnd } from './end.tsx';
import { NowStack } from './now-stack.tsx';
import { OpenedBars } from './opened-bars.tsx';
import { pictureOf, type StormGroup, type StormPicture } from './storm-groups.ts';
import { stormText } from './storm-words.ts';
import { Vitals } from './vitals.tsx';
import './storm.css';

/** The number of open alerts above which Now folds them. */
export const stormMin = 10;

const membersMax = 40;

/** The view Now with many open alerts: one cause, what follows from it folded, and the rest apart. */
export function Storm({
  overview,
  open,
}: {
  readonly overview: Overview;
  readonly open: readonly AlertSummary[];
}): JSX.Element {
  const picture = pictureOf(open);
  return (
    <>
      <StormSentence picture={picture} open={open} totals={totalsOf(overview.alerts)} />
      {isWall.value && <Vitals overview={overview} />}
      {picture.cause !== undefined && <Cause cause={picture.cause} />}
      <Following picture={picture} />
      {picture.rest.length > 0 && <Rest alerts={picture.rest} hasCause={picture.cause !== undefined} />}
      <OpenedBars alerts={open} />
      <NowStack />
      <NowEnd overview={overview} />
    </>
  );
}

function StormSentence({
  picture,
  open,
  totals,
}: {
  readonly picture: StormPicture;
  readonly open: readonly AlertSummary[];
  readonly totals: AlertTotals;
}): JSX.Element {
  const { cause, following } = picture;
  const count = totals.open;
  const followers = following.flatMap(({ alerts }) => alerts);
  const worst = cause ?? open[0]!;
  const title = alertTitle(worst);
  const duration = durationText(presentMs() - worst.startsAtMs);
  const begin =
    cause === undefined
      ? `${leadingNumber(count)} alerts are open${following.length === 0 ? '' : ` in ${counted(following.length, 'group')}`}; none names a cause that the others share.`
      : `${title}, for ${duration}, and ${followers.length.toLocaleString('en')} of ${count.toLocaleString('en')} alerts follow from that.`;
  const untaken = [...(cause === undefined ? [] : [cause]), ...followers].filter(
    ({ id, status }) => status === 'open' && !isPending(id, 'ack'),
  );
  return (
    <Sentence
      glyph={worst.severity}
      say={<bdi>{begin}</bdi>}
      sub={<bdi>{stormText(picture, open, totals, { nowMs: presentMs(), zone: zone.value })}</bdi>}
      meaning={`${count} alerts are open. ${title}.`}
      actions={
        <>
          {untaken.length > 0 && (
            <AcknowledgeAll alerts={untaken} apart={Math.max(0, count - totals.acknowledged - untaken.length)} />
          )}
          <a class="btn" href={alertHref(worst.id)}>
            {cause === undefined ? 'Open the worst' : 'Open the cause'}
          </a>
        </>
      }
    />
  );
}

function Cause({ cause }: { readonly cause: AlertSummary }): JSX.Element {
  const { charts, chartOf } = useCauseCharts([cause]);
  const score = cause.cause?.score;
  return (
    <Section
      class="s-al"
      title="One cause"
      note={`likely${score === undefined ? '' : `, ${score.toFixed(2)}`}${cause.cause?.why ? `; ${cause.cause.why}` : ''}`}
    >
      <div class="alerts">
        <AlertRow alert={cause} chart={chartOf(cause)} charts={charts} />
      </div>
    </Section>
  );
}

function Following({ picture: { cause, following } }: { readonly picture: StormPicture }): JSX.Element {
  const count = following.reduce((sum, { alerts }) => sum + alerts.length, 0);
  return (
    <Section
      title={cause === undefined ? 'By what they have in common' : 'What follows from it'}
      note={`${counted(count, 'alert')} in ${counted(following.length, 'group')}, in the order in which they began`}
      end={
        <a class="more" href="/alerts">
          Show all as a list
        </a>
      }
    >
      <div class="folds">
        {following.map((group) => (
          <GroupFold key={group.key} group={group} />
        ))}
      </div>
    </Section>
  );
}

function GroupFold({ group: { title, severity, alerts } }: { readonly group: StormGroup }): JSX.Element {
  const first = alerts[0]!;
  return (
    <Fold
      glyph={severity}
      name={title}
      line={<bdi>{`the first: ${first.entity.name}, ${momentText(first.startsAtMs, zone.value, presentMs())}`}</bdi>}
      count={
        <>
          <b>{alerts.length}</b> {alerts.length === 1 ? 'alert' : 'alerts'}
        </>
      }
    >
      <ul>
        {alerts.slice(0, membersMax).map((alert) => (
          <li key={alert.id}>
            <span>
              <a class="rowlink" href={alertHref(alert.id)}>
                <bdi>{alertTitle(alert)}</bdi>
              </a>
            </span>
            <em>{`since ${clockText(alert.startsAtMs, zone.value)}`}</em>
          </li>
        ))}
        {alerts.length > membersMax && <li>{`and ${alerts.length - membersMax} more`}</li>}
      </ul>
    </Fold>
  );
}

function Rest({
  alerts,
  hasCause,
}: {
  readonly alerts: readonly AlertSummary[];
  readonly hasCause: boolean;
}): JSX.Element {
  const { charts, chartOf } = useCauseCharts(alerts);
  return (
    <Section
      title={hasCause ? 'Not explained by it' : 'Notices'}
      note={`${alerts.length}, read ${alerts.length === 1 ? 'it on its own' : 'them on their own'}`}
    >
      <div class="alerts">
        {alerts.slice(0, membersMax).map((alert) => (
          <AlertRow key={alert.id} alert={alert} chart={chartOf(alert)} charts={charts} />
        ))}
      </div>
      {alerts.length > membersMax && <p class="foot-note nb">{`and ${alerts.length - membersMax} more`}</p>}
    </Section>
  );
}
