import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { AlertDetail } from '../../api/alert-types.ts';
import { useAnswer } from '../../api/answer.ts';
import { detailTitle } from '../../frame/head.tsx';
import { parts } from '../../frame/place.ts';
import { Answered, Empty } from '../../parts/states.tsx';
import { ActionBar } from './action-bar.tsx';
import { AlertRail } from './rail.tsx';
import { AlertSentence, titleOf } from './sentence.tsx';
import { Suspects } from './suspects.tsx';
import { AlertTrace } from './trace.tsx';
import './alert.css';
import '../../parts/rail.css';

/** Answers what happened, why, whether the page was right, and what to do now. */
export function AlertView(): JSX.Element {
  const id = parts.value.id ?? '';
  const answer = useAnswer<AlertDetail>(`/api/alerts/${encodeURIComponent(id)}`);
  if (answer.problem?.status === 404 && answer.data === undefined) {
    return (
      <Empty glyph="unknown" title="This alert is not known">
        It may have been forgotten: resolved alerts are kept for a limited time.{' '}
        <a class="more" href="/alerts">
          All alerts
        </a>
      </Empty>
    );
  }
  return (
    <Answered answer={answer} what="The alert" rows={8}>
      {(alert) => <AlertPage key={alert.id} alert={alert} />}
    </Answered>
  );
}

function AlertPage({ alert }: { readonly alert: AlertDetail }): JSX.Element {
  const title = titleOf(alert);
  useEffect(() => {
    detailTitle.value = 'Alert';
    document.title = `${title} · Offbeat`;
    return () => {
      detailTitle.value = null;
    };
  }, [title]);
  return (
    <div class="two">
      <div>
        <AlertSentence alert={alert} />
        <ActionBar alert={alert} />
        <Suspects alert={alert} />
        <AlertTrace alert={alert} />
      </div>
      <AlertRail alert={alert} />
    </div>
  );
}
