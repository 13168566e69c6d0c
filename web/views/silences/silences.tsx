import type { JSX } from 'preact';
import { silenceOverMs } from '../../../functions/shared/domain/silence-over.ts';
import { leadingNumber } from '../../alerts/words.ts';
import type { Silence, Silences } from '../../api/alert-types.ts';
import { useAnswer } from '../../api/answer.ts';
import { durationText } from '../../format/duration.ts';
import { momentText } from '../../format/moment.ts';
import { now } from '../../frame/clock.ts';
import { cluster, zone } from '../../frame/where.ts';
import { Section } from '../../parts/section.tsx';
import { Sentence } from '../../parts/sentence.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { SilenceForm } from './form.tsx';
import { countedText, mutingText, questionOf, sortedSilences } from './lists.ts';
import { SilenceRow } from './row.tsx';
import '../../parts/rail.css';
import '../../parts/use-bar.css';
import './silences.css';

/** Answers what is muted, by whom, why, and until when. */
export function SilencesView(): JSX.Element {
  const active = useAnswer<Silences>('/api/silences', questionOf('active', cluster.value));
  const pending = useAnswer<Silences>('/api/silences', questionOf('pending', cluster.value));
  const over = useAnswer<Silences>('/api/silences', questionOf('over', cluster.value));
  return (
    <div class="two wide">
      <div>
        <Answered answer={active} what="The silences">
          {(data) => (
            <>
              <Situation active={sortedSilences('active', data)} pending={pending.data} over={over.data} />
              <Active answer={data} />
            </>
          )}
        </Answered>
        <Answered answer={pending} what="The pending silences" rows={1}>
          {(data) => <List title="Pending" state="pending" answer={data} />}
        </Answered>
        {over.problem?.status === 501 ? (
          <p class="foot-note nb">{over.problem.message}</p>
        ) : (
          <Answered answer={over} what="The expired silences" rows={1}>
            {(data) => <List title="Expired" state="over" answer={data} />}
          </Answered>
        )}
        {active.data?.note !== undefined && <p class="foot-note nb">{active.data.note}</p>}
      </div>
      <SilenceForm />
    </div>
  );
}

function Active({ answer }: { readonly answer: Silences }): JSX.Element {
  const isNone = answer.silences.length === 0;
  return (
    <Section title="Active" note={isNone ? 'none' : `${countedText(answer)}, the next to end first`}>
      <Rows silences={sortedSilences('active', answer)} />
      {isNone && (
        <Empty isLeft title="Mute what you expect, before you do it">
          Fill in the form, or press <kbd>s</kbd> on an alert: its labels are filled in for you. The form shows what it
          would mute before you start it.
        </Empty>
      )}
    </Section>
  );
}

function List({
  title,
  state,
  answer,
}: {
  readonly title: string;
  readonly state: Silence['state'];
  readonly answer: Silences;
}): JSX.Element | null {
  if (answer.silences.length === 0) return null;
  return (
    <Section title={title} note={countedText(answer)}>
      <Rows silences={sortedSilences(state, answer)} />
    </Section>
  );
}

function Rows({ silences }: { readonly silences: readonly Silence[] }): JSX.Element {
  return (
    <div class="srows">
      {silences.map((silence) => (
        <SilenceRow key={silence.id} silence={silence} />
      ))}
    </div>
  );
}

function Situation({
  active,
  pending,
  over,
}: {
  readonly active: readonly Silence[];
  readonly pending: Silences | undefined;
  readonly over: Silences | undefined;
}): JSX.Element {
  const first = active[0];
  if (first === undefined) {
    const last = over === undefined ? undefined : sortedSilences('over', over)[0];
    const before =
      last === undefined ? '' : ` The last silence ended ${momentText(silenceOverMs(last), zone.value, now.value)}.`;
    const soonCount = pending?.silences.length ?? 0;
    const soon =
      pending === undefined ? '' : soonCount === 0 ? 'Nothing is pending.' : `${leadingNumber(soonCount)} pending.`;
    const say = 'No silence is active: every alert is told.';
    return <Sentence glyph="ok" isSmall say={say} sub={`${soon}${before}`} meaning={say} />;
  }
  const what = mutingText(active);
  const ends = active.length === 1 ? 'it ends' : 'the first ends';
  return (
    <Sentence
      glyph="silences"
      tone="dim"
      isSmall
      say={`${what}; ${ends} in ${durationText(Math.max(0, first.endsAtMs - now.value))}.`}
      sub="Muted alerts are still recorded. What is still open when its silence ends is told then. The list “Open alerts” shows silenced alerts last, in grey."
      meaning={`${what}.`}
    />
  );
}
