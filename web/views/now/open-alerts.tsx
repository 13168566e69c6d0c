import type { JSX } from 'preact';
import { AlertRow } from '../../alerts/alert-row.tsx';
import { useCauseCharts } from '../../alerts/causes.ts';
import { titleOf } from '../../alerts/range-end.ts';
import type { Alert, Silences } from '../../api/alert-types.ts';
import { useAnswer } from '../../api/answer.ts';
import type { Overview } from '../../api/types.ts';
import { durationText } from '../../format/duration.ts';
import { alertHref } from '../../format/links.ts';
import { nowOf } from '../../frame/replay.ts';
import { cluster, isWall } from '../../frame/where.ts';
import { Glyph } from '../../parts/glyph.tsx';
import { Section } from '../../parts/section.tsx';
import '../../parts/foot-note.css';
import { questionOf } from '../silences/lists.ts';

/** The most alerts on a wall screen. */
const wallMax = 4;

/** The open alerts, the worst first; those that are silenced come last, in grey. */
export function OpenAlerts({
  overview,
  openAtEnd,
}: {
  readonly overview: Overview;
  /** The alerts that were open at the end of a range of the past. */
  readonly openAtEnd: readonly Alert[];
}): JSX.Element {
  const { open, openCount, silenced } = overview.alerts;
  const loud = open.filter(({ silencedBy }) => silencedBy === undefined);
  const muted = isWall.value ? [] : open.filter(({ silencedBy }) => silencedBy !== undefined);
  const shown = isWall.value ? loud.slice(0, wallMax) : loud;
  const { charts, chartOf } = useCauseCharts(shown);
  const loudCount = openCount - silenced;
  return (
    <Section
      class="s-al"
      title="Open alerts"
      note={`${loudCount === 0 ? 'none' : `${loudCount}, worst first`}${openAtEnd.length === 0 ? '' : `; ${openAtEnd.length} at the end of the range`}`}
      end={
        <a class="more" href={silenced > 0 ? '/silences' : '/alerts'}>
          {silenced > 0 ? `${silenced} silenced` : 'All alerts'}
        </a>
      }
    >
      <div class="alerts">
        {openAtEnd.length > 0 && <OpenThen alerts={openAtEnd} />}
        {loud.length === 0 && openAtEnd.length === 0 && <Calm overview={overview} />}
        {shown.map((alert) => (
          <AlertRow key={alert.id} alert={alert} chart={chartOf(alert)} charts={charts} />
        ))}
        {muted.length > 0 && <MutedRows overview={overview} />}
      </div>
      {loudCount > shown.length && <p class="foot-note nb">{`and ${loudCount - shown.length} more`}</p>}
    </Section>
  );
}

function MutedRows({ overview }: { readonly overview: Overview }): JSX.Element {
  const { data } = useAnswer<Silences>('/api/silences', questionOf('active', cluster.value));
  const ends = new Map(data?.silences.map(({ id, endsAtMs }) => [id, endsAtMs]));
  const muted = overview.alerts.open.filter(({ silencedBy }) => silencedBy !== undefined);
  return (
    <>
      {muted.map((alert) => (
        <AlertRow key={alert.id} alert={alert} silencedUntilMs={ends.get(alert.silencedBy!)} />
      ))}
    </>
  );
}

/** Names the alerts that were open at the end of a range of the past. */
function OpenThen({ alerts }: { readonly alerts: readonly Alert[] }): JSX.Element {
  return (
    <>
      {alerts.map((alert) => (
        <div key={alert.id} class="arow calm">
          <Glyph name={alert.severity} />
          <p>
            <a href={alertHref(alert.id)}>
              <bdi>{titleOf(alert)}</bdi>
            </a>
            <span class="dim">, open at the end of the range</span>
          </p>
        </div>
      ))}
    </>
  );
}

function Calm({ overview }: { readonly overview: Overview }): JSX.Element {
  const last = overview.alerts.resolved[0];
  const endMs = last === undefined ? undefined : (last.endsAtMs ?? last.updatedAtMs);
  return (
    <div class="arow calm">
      <Glyph name="ok" />
      <p class="dim">
        Nothing needs you.{' '}
        {endMs === undefined
          ? 'No alert has ended yet.'
          : `The last alert ended ${durationText(nowOf(last!) - endMs)} ${last!.isReplay === true ? 'before the end of the recording' : 'ago'}.`}
      </p>
      <a class="more" href="/alerts">
        All alerts
      </a>
    </div>
  );
}
