import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { now } from '../frame/clock.ts';
import { zone } from '../frame/where.ts';
import { Button, Choice, needsRole } from '../parts/button.tsx';
import { Glyph } from '../parts/glyph.tsx';
import { Popover } from '../parts/popover.tsx';
import { usePreview } from './preview.ts';
import { silence } from './send.ts';
import { endOf, type Until } from './silence-end.ts';
import { type Silenced, type SilenceScope, silencedMatchers, silencedWords } from './silence-scope.ts';
import { UntilChoice, untilText } from './until.tsx';

interface SilenceProps {
  readonly id: string;
  readonly cluster: string;
  /** The components that the alert names, each with the metric that is off. */
  readonly parts: readonly Silenced[];
  /** Rises when a key asks for it. */
  readonly openings: number;
}

/** The button that silences what an alert names: its components, or their measures. It says what it will mute before it does. */
export function SilencePopover(props: SilenceProps): JSX.Element {
  return (
    <Popover
      label="Silence"
      openings={props.openings}
      trigger={({ isOpen, toggle }) => (
        <Button isAct hasPopup isOpen={isOpen} onPress={toggle} hotkey="s">
          Silence
        </Button>
      )}
    >
      {(close) => <SilenceForm {...props} onClose={close} />}
    </Popover>
  );
}

function SilenceForm({ id, cluster, parts, onClose }: SilenceProps & { readonly onClose: () => void }): JSX.Element {
  const [until, setUntil] = useState<Until>({ minutes: 120 });
  const [scope, setScope] = useState<SilenceScope>('component');
  const [why, setWhy] = useState('');
  const [openedAtMs] = useState(now.peek());
  const endsAtMs = endOf(until, openedAtMs, zone.value);
  const all = silencedMatchers(parts, scope);
  const [matchers = {}, ...also] = all;
  const { preview, problem } = usePreview({ cluster, matchers, also, endsAtMs });
  const untilWords = untilText(endsAtMs, now.value);
  const [isBusy, setBusy] = useState(false);
  const isOver = endsAtMs <= now.value;
  const start = async (): Promise<void> => {
    // The key Enter asks for it too, also where the button is disabled.
    if (isBusy || isOver || needsRole() !== undefined) return;
    setBusy(true);
    const note = why.trim() === '' ? {} : { note: why.trim() };
    const isAccepted = await silence(
      all.map((each) => ({ cluster, matchers: each, endsAtMs, ...note })),
      untilWords,
    );
    setBusy(false);
    // What was refused stays, with its reason, to be corrected or sent again.
    if (isAccepted) onClose();
  };
  return (
    <>
      <h3>Silence for how long?</h3>
      <UntilChoice value={until} fromMs={openedAtMs} onChoose={setUntil} />
      <Choice
        label="What"
        isFull
        value={scope}
        onChoose={setScope}
        options={[
          { value: 'component', text: all.length > 1 ? 'All of them' : 'All of it' },
          { value: 'measure', text: all.length > 1 ? 'These measures' : 'This measure' },
        ]}
      />
      <p>
        {'Mutes '}
        <b>
          <bdi>{silencedWords(parts, scope)}</bdi>
        </b>
        {` in cluster ${cluster} until ${untilWords}. `}
        {preview !== undefined &&
          `That is ${preview.openCount} open ${preview.openCount === 1 ? 'alert' : 'alerts'} and ${preview.past30Days.count} of the last 30 days. `}
        {problem !== undefined && `What it would mute is not known: ${problem.message} `}
        Alerts go on being recorded; what is still open at the end is told then.
      </p>
      {preview !== undefined && !preview.open.some((alert) => alert.id === id) && (
        <p class="warnline">
          <Glyph name="warning" size={14} />
          <span>This alert has more series than that, so it is not muted.</span>
        </p>
      )}
      {preview?.open.some(({ severity }) => severity === 'critical') && (
        <p class="warnline">
          <Glyph name="warning" size={14} />
          <span>One of them is critical: on call is not paged for it.</span>
        </p>
      )}
      <label class="sr" for="silence-why">
        Why
      </label>
      <input
        id="silence-why"
        data-first
        value={why}
        maxLength={1_024}
        placeholder="Why? For whoever looks next"
        onInput={(event) => setWhy(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Enter' && void start()}
      />
      <div class="end">
        <Button kind="quiet" onPress={onClose}>
          Cancel
        </Button>
        <Button
          kind="primary"
          isAct
          isDisabled={isOver}
          busy={isBusy ? 'Sending' : undefined}
          onPress={() => void start()}
        >
          {`Silence until ${untilWords}`}
        </Button>
      </div>
    </>
  );
}
