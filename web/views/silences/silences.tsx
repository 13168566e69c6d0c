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
import { SilenceRow } from './row.tsx';
import '../../parts/rail.css';
import '../../parts/use-bar.css';
import './silences.css';

/** Answers what is muted, by whom, why, and until when. */
export function SilencesView(): JSX.Element {
  const answer = useAnswer<Silences>('/api/silences', { cluster: cluster.value, limit: 200 });
  return (
    <div class="two wide">
      <div>
        <Answered answer={answer} what="The silences">
          {({ silences, note }) => (
            <>
              <SilenceLists silences={silences} />
              {note !== undefined && <p class="foot-note nb">{note}</p>}
            </>
          )}
        </Answered>
      </div>
      <SilenceForm />
    </div>
  );
}

function SilenceLists({ silences }: { readonly silences: readonly Silence[] }): JSX.Element {
  const active = silences.filter(({ state }) => state === 'active').sort((a, b) => a.endsAtMs - b.endsAtMs);
  const pending = silences.filter(({ state }) => state === 'pending').sort((a, b) => a.startsAtMs - b.startsAtMs);
  const over = silences.filter(({ state }) => state === 'over').sort((a, b) => b.endsAtMs - a.endsAtMs);
  return (
    <>
      <Situation active={active} pending={pending} over={over} />
      <Section title="Active" note={active.length === 0 ? 'none' : `${active.length}, the next to end first`}>
        <Rows silences={active} />
        {active.length === 0 && (
          <Empty isLeft title="Mute what you expect, before you do it">
            Fill in the form, or press <kbd>s</kbd> on an alert: its labels are filled in for you. The form shows what
            it would mute before you start it.
          </Empty>
        )}
      </Section>
      {pending.length > 0 && (
        <Section title="Pending" note={pending.length}>
          <Rows silences={pending} />
        </Section>
      )}
      {over.length > 0 && (
        <Section title="Expired" note={over.length}>
          <Rows silences={over} />
        </Section>
      )}
    </>
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
  readonly pending: readonly Silence[];
  readonly over: readonly Silence[];
}): JSX.Element {
  const muted = active.reduce((sum, { mutesNow }) => sum + (mutesNow ?? 0), 0);
  const first = active[0];
  const lastEndMs = Math.max(...over.map(silenceOverMs));
  if (first === undefined) {
    const before = over.length === 0 ? '' : ` The last silence ended ${momentText(lastEndMs, zone.value, now.value)}.`;
    const soon = pending.length === 0 ? 'Nothing is pending.' : `${leadingNumber(pending.length)} pending.`;
    const say = 'No silence is active: every alert is told.';
    return <Sentence glyph="ok" isSmall say={say} sub={`${soon}${before}`} meaning={say} />;
  }
  const count = `${leadingNumber(active.length)} ${active.length === 1 ? 'silence mutes' : 'silences mute'}`;
  const what = muted === 0 ? 'nothing now' : `${muted} open ${muted === 1 ? 'alert' : 'alerts'}`;
  const ends = active.length === 1 ? 'it ends' : 'the first ends';
  return (
    <Sentence
      glyph="silences"
      tone="dim"
      isSmall
      say={`${count} ${what}; ${ends} in ${durationText(Math.max(0, first.endsAtMs - now.value))}.`}
      sub="Muted alerts are still recorded. What is still open when its silence ends is told then. The list “Open alerts” shows silenced alerts last, in grey."
      meaning={`${count} ${what}.`}
    />
  );
}
