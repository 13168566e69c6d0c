import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { silenceOverMs } from '../../../functions/shared/domain/silence-over.ts';
import { endSilence, extendSilence } from '../../alerts/send.ts';
import { endOf, type Until } from '../../alerts/silence-end.ts';
import { UntilChoice, untilText } from '../../alerts/until.tsx';
import type { Silence } from '../../api/alert-types.ts';
import { durationText } from '../../format/duration.ts';
import { bothZonesText, momentText } from '../../format/moment.ts';
import { now } from '../../frame/clock.ts';
import { zone } from '../../frame/where.ts';
import { Button } from '../../parts/button.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { Glyph, type GlyphName } from '../../parts/glyph.tsx';
import { Matchers } from '../../parts/matcher.tsx';
import { Popover } from '../../parts/popover.tsx';
import { draft } from './draft.ts';

const glyphs: Readonly<Record<Silence['state'], readonly [GlyphName, string]>> = {
  active: ['silences', 'dim'],
  pending: ['clock', 'faint'],
  over: ['ok', 'faint'],
};

/** A silence: what it matches, why, what it mutes, and until when. */
export function SilenceRow({ silence }: { readonly silence: Silence }): JSX.Element {
  const { state, matchers, note, by, cluster, createdAtMs, endedBy } = silence;
  const [glyph, tone] = glyphs[state];
  const at = momentText(createdAtMs, zone.value, now.value);
  return (
    <article class={state === 'over' ? 'srow old' : 'srow'}>
      <Glyph name={glyph} tone={tone} />
      <div class="sm">
        <p>
          <Matchers matchers={matchers} />
        </p>
        <p class="w">
          <bdi>
            <b>{note ?? 'No reason was given.'}</b>
            {` By ${by}, ${at}, cluster ${cluster}`}
            {state === 'over' && (endedBy === undefined ? ', ran to its end' : `, ended by ${endedBy}`)}
          </bdi>
        </p>
        <p class="sn">{mutesText(silence)}</p>
      </div>
      <Span silence={silence} />
      <div class="sa">
        <Actions silence={silence} />
      </div>
    </article>
  );
}

const alerts = (count: number): string => `${count} ${count === 1 ? 'alert' : 'alerts'}`;

function mutesText({ state, mutesNow = 0, muted }: Silence): string {
  if (state === 'over') return muted === undefined ? '' : `It muted ${muted === 0 ? 'nothing' : alerts(muted)}`;
  const verb = state === 'pending' ? 'It would mute' : 'Mutes';
  return `${verb} ${mutesNow === 0 ? 'nothing' : alerts(mutesNow)} now`;
}

function Span({ silence }: { readonly silence: Silence }): JSX.Element {
  const { state, startsAtMs } = silence;
  const endsAtMs = silenceOverMs(silence);
  const nowMs = now.value;
  const [start, end] = [untilText(startsAtMs, nowMs), untilText(endsAtMs, nowMs)];
  const title = `${bothZonesText(startsAtMs)} to ${bothZonesText(endsAtMs)}`;
  if (state === 'over') {
    return (
      <div class="su" title={title}>
        <b>{`Ended ${end}`}</b>
        <span>{`lasted ${durationText(endsAtMs - startsAtMs)}`}</span>
      </div>
    );
  }
  if (state === 'pending') {
    return (
      <div class="su" title={title}>
        <b>{`From ${start} to ${end}`}</b>
        <span>{`begins in ${durationText(Math.max(0, startsAtMs - nowMs))}`}</span>
      </div>
    );
  }
  const share = Math.min(1, Math.max(0, (nowMs - startsAtMs) / Math.max(1, endsAtMs - startsAtMs)));
  return (
    <div class="su" title={title}>
      <b>{`Until ${end}`}</b>
      <span>{`${durationText(Math.max(0, endsAtMs - nowMs))} left`}</span>
      <svg class="ebar" width="100%" height="4" aria-hidden="true">
        <rect class="bt" width="100%" height="4" rx="2" />
        <rect class="bf" width={`${(share * 100).toFixed(1)}%`} height="4" rx="2" />
      </svg>
    </div>
  );
}

function Actions({ silence }: { readonly silence: Silence }): JSX.Element {
  if (silence.state === 'over') {
    return (
      <Button isAct onPress={() => fillIn(silence)}>
        Use again
      </Button>
    );
  }
  if (silence.state === 'pending') {
    return (
      <Button isAct onPress={() => void endSilence(silence, true)}>
        Cancel it
      </Button>
    );
  }
  return (
    <>
      <Popover
        label="Extend"
        trigger={({ isOpen, toggle }) => (
          <Button isAct hasPopup isOpen={isOpen} onPress={toggle}>
            Extend
          </Button>
        )}
      >
        {(close) => <ExtendForm silence={silence} onClose={close} />}
      </Popover>
      <Button isAct onPress={() => void endSilence(silence)}>
        End now
      </Button>
    </>
  );
}

/** Fills in the form with the matchers of a silence. */
function fillIn({ cluster, matchers, note = '' }: Silence): void {
  draft.value = { ...draft.value, cluster, matchers: Object.entries(matchers), note };
  document.querySelector<HTMLElement>('#matcher')?.focus();
}

function ExtendForm({ silence, onClose }: { readonly silence: Silence; readonly onClose: () => void }): JSX.Element {
  const [until, setUntil] = useState<Until>({ minutes: 120 });
  const endsAtMs = endOf(until, silence.endsAtMs, zone.value);
  const [before, after] = [untilText(silence.endsAtMs, now.value), untilText(endsAtMs, now.value)];
  return (
    <>
      <h3>Extend until when?</h3>
      <UntilChoice value={until} fromMs={silence.endsAtMs} isExtension onChoose={setUntil} />
      <p>
        Ends <b>{after}</b> instead of {before}. A new silence follows with the same matchers; both are recorded with
        your name.
      </p>
      <Confirm
        does={`Extend until ${after}`}
        isDisabled={endsAtMs <= now.value}
        onClose={onClose}
        onConfirm={() => void extendSilence(silence, endsAtMs, after)}
      />
    </>
  );
}
