import type { JSX } from 'preact';
import { pendingText } from '../../alerts/asked.ts';
import { acknowledgedIn, endWords } from '../../alerts/trace-words.ts';
import type { AlertDetail } from '../../api/alert-types.ts';
import { alertTitle } from '../../format/alert-title.ts';
import { durationText } from '../../format/duration.ts';
import { bothZonesText, momentText } from '../../format/moment.ts';
import { nowOf } from '../../frame/replay.ts';
import { zone } from '../../frame/where.ts';
import { severityTone, severityWord } from '../../parts/glyph.tsx';
import { Sentence } from '../../parts/sentence.tsx';
import { headlineOf } from './fact-words.ts';
import { seriesText } from './series-text.ts';

/** Returns the title of an alert in words. */
export function titleOf(alert: AlertDetail): string {
  const first = alert.suspects[0];
  return alertTitle({ ...alert, ...(first !== undefined && { cause: { series: seriesText(first.series) } }) });
}

/** The sentence of an alert: its cause, the headline, and its facts. */
export function AlertSentence({ alert }: { readonly alert: AlertDetail }): JSX.Element {
  const title = titleOf(alert);
  return (
    <Sentence
      glyph={alert.severity}
      tone={alert.status === 'resolved' ? 'faint' : undefined}
      say={<bdi>{title}</bdi>}
      sub={<bdi>{headlineOf(alert)}</bdi>}
      meaning={`${title}. ${statusWord(alert)}.`}
      meta={<Facts alert={alert} />}
    />
  );
}

function statusWord({ status }: AlertDetail): string {
  return { open: 'Open', acknowledged: 'Acknowledged', resolved: 'Resolved' }[status];
}

/** Returns who acknowledged it, and when. An acknowledgement that was sent and is not read yet is on its way. */
function acknowledgedText({ id, trace, status }: AlertDetail, at: (ms: number) => string): string {
  const taken = acknowledgedIn(trace);
  if (taken !== undefined) return `Acknowledged ${at(taken.atMs)} by ${taken.by}`;
  if (status === 'acknowledged') return 'Acknowledged';
  return pendingText({ id, status }) ?? 'Not acknowledged';
}

function Facts({ alert }: { readonly alert: AlertDetail }): JSX.Element {
  const { startsAtMs, status, severity, entity } = alert;
  const nowMs = nowOf({ cluster: entity.cluster, isReplay: alert.scope !== 'live' });
  const at = (ms: number): string => momentText(ms, zone.value, nowMs);
  return (
    <>
      <span class={`st ${severityTone(severity)}`}>{severityWord(severity)}</span>
      <span title={bothZonesText(startsAtMs)}>
        {status === 'resolved'
          ? endWords(alert, at)
          : `Open for ${durationText(nowMs - startsAtMs)}, since ${at(startsAtMs)}`}
      </span>
      <span>
        <bdi>{acknowledgedText(alert, at)}</bdi>
      </span>
      <span>
        <bdi>{`Cluster ${entity.cluster}`}</bdi>
      </span>
    </>
  );
}
