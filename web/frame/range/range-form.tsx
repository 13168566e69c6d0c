import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { dayMs } from '../../../functions/shared/domain/durations.ts';
import type { Alerts } from '../../api/alert-types.ts';
import { useAnswer } from '../../api/answer.ts';
import { alertGap } from '../../charts/alert-gap.ts';
import { durationText } from '../../format/duration.ts';
import { dateIn, fieldText, isZoneApart, momentOf, type Zone, zoneName } from '../../format/moment.ts';
import { capitalised } from '../../format/words.ts';
import { Button, Choice } from '../../parts/button.tsx';
import { now } from '../clock.ts';
import { usePresent } from '../overview.ts';
import { place } from '../place.ts';
import { shownRangeOf } from '../replay.ts';
import { cluster, compare, type Range, range, zone } from '../where.ts';
import { daysBetween, monthsLater } from './calendar.ts';
import { Calendar, type DayMark } from './calendar-grid.tsx';
import { isSameRange, popoverPresets } from './presets.ts';
import { momentOfEnd, readEnd, spanOf } from './span.ts';

/** The choices of a person so far. */
interface Draft {
  readonly range: Range;
  readonly compare: string;
  readonly zone: Zone;
  /** The day with the focus. */
  readonly day: number;
  /** The day from which a range is extended. */
  readonly anchor: number | undefined;
}

const dayOf = (ms: number, shown: Zone): number => Math.floor(dateIn(shown, ms).getTime() / dayMs) * dayMs;

/** Lets a person choose the range: by a preset, by two texts or by days; what it is compared with; and the zone. */
export function RangeForm({ onDone }: { readonly onDone: () => void }): JSX.Element {
  const [draft, setDraft] = useState<Draft>(() => ({
    range: range.peek(),
    compare: compare.peek(),
    zone: zone.peek(),
    day: dayOf(spanOf(range.peek(), now.peek()).toMs - 1, zone.peek()),
    anchor: undefined,
  }));
  const change = (more: Partial<Draft>): void => setDraft((before) => ({ ...before, ...more }));
  const span = spanOf(draft.range, now.value);
  const isValid = span.fromMs < span.toMs;
  const show = (): void => {
    if (!isValid) return;
    range.value = shownRangeOf(draft.range);
    compare.value = draft.compare;
    zone.value = draft.zone;
    onDone();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys 1 to 8 choose a preset
    <div onKeyDown={(event) => choosePreset(event, draft.zone, change)}>
      <div class="rg">
        <Presets draft={draft} onChange={change} />
        <div class="rr">
          <div class="ft">
            <End name="From" end="from" draft={draft} onChange={change} onEnter={show} />
            <End name="To" end="to" draft={draft} onChange={change} onEnter={show} />
          </div>
          <Days draft={draft} onChange={change} />
        </div>
      </div>
      <Options draft={draft} onChange={change} />
      <Summary draft={draft} />
      <div class="end">
        <span class="keys hide-m">
          <kbd>←</kbd> <kbd>→</kbd> day <kbd>⇧</kbd> extends <kbd>PgUp</kbd> month
        </span>
        <Button kind="quiet" onPress={onDone}>
          Cancel
        </Button>
        <Button kind="primary" isDisabled={!isValid} onPress={show}>
          Show this range
        </Button>
      </div>
    </div>
  );
}

interface PartProps {
  readonly draft: Draft;
  readonly onChange: (more: Partial<Draft>) => void;
}

function choosePreset(event: KeyboardEvent, shown: Zone, onChange: PartProps['onChange']): void {
  if (event.target instanceof HTMLInputElement || !/^[1-8]$/.test(event.key)) return;
  event.preventDefault();
  document.querySelector<HTMLElement>(`.presets [data-preset="${event.key}"]`)?.click();
  onChange({ zone: shown });
}

function Presets({ draft, onChange }: PartProps): JSX.Element {
  const { data } = usePresent();
  const nowMs = Math.floor(now.value / 1_000) * 1_000;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has a layout of its own
    <div class="presets" role="group" aria-label="Presets">
      {popoverPresets(nowMs, draft.zone, data).map(({ text, range: preset }, nth) => (
        <button
          key={text}
          type="button"
          data-preset={nth + 1}
          data-first={nth === 0 ? '' : undefined}
          aria-pressed={isSameRange(preset, draft.range)}
          onClick={() =>
            onChange({ range: preset, day: dayOf(spanOf(preset, nowMs).toMs - 1, draft.zone), anchor: undefined })
          }
        >
          <span>{text}</span>
          <kbd>{nth + 1}</kbd>
        </button>
      ))}
    </div>
  );
}

interface EndProps extends PartProps {
  readonly name: string;
  readonly end: 'from' | 'to';
  readonly onEnter: () => void;
}

function End({ name, end, draft, onChange, onEnter }: EndProps): JSX.Element {
  const [typed, setTyped] = useState<string | undefined>();
  const span = spanOf(draft.range, now.value);
  const own = draft.range[end];
  const shown = own === 'now' ? 'now' : fieldText(end === 'from' ? span.fromMs : span.toMs, draft.zone);
  const isWrong = typed !== undefined && readEnd(typed, draft.zone, now.value) === undefined;
  return (
    <label>
      {name}
      <input
        value={typed ?? shown}
        autocomplete="off"
        spellcheck={false}
        aria-invalid={isWrong}
        title={isWrong ? 'Expected 2026-11-23 15:30, 15:30, -1h or now' : undefined}
        onInput={(event) => {
          const text = event.currentTarget.value;
          setTyped(text);
          const read = readEnd(text, draft.zone, now.value);
          if (read === undefined) return;
          const day = dayOf(momentOfEnd(read, now.value) ?? now.value, draft.zone);
          onChange({ range: { ...draft.range, [end]: read }, anchor: undefined, day });
        }}
        onBlur={() => !isWrong && setTyped(undefined)}
        onKeyDown={(event) => event.key === 'Enter' && !isWrong && onEnter()}
      />
    </label>
  );
}

function Days({ draft, onChange }: PartProps): JSX.Element {
  const nowMs = now.value;
  const today = dayOf(nowMs, draft.zone);
  const span = spanOf(draft.range, nowMs);
  const chosen = [dayOf(span.fromMs, draft.zone), dayOf(Math.max(span.fromMs, span.toMs - 1), draft.zone)] as const;
  const { marks, gap } = useMarks(draft);
  const choose = (day: number, isExtension: boolean): void => {
    const isSecond = draft.anchor !== undefined && day !== draft.anchor && chosen[0] === chosen[1];
    const anchor = isExtension || isSecond ? (draft.anchor ?? draft.day) : day;
    const [first, last] = daysBetween(anchor, day);
    const endMs = Math.min(nowMs, momentOf(draft.zone, last + dayMs));
    onChange({ day, anchor, range: { from: String(momentOf(draft.zone, first)), to: String(Math.round(endMs)) } });
  };
  return (
    <>
      <Calendar
        day={draft.day}
        today={today}
        chosen={chosen}
        marks={marks}
        onMove={(day) => onChange({ day })}
        onChoose={choose}
      />
      {gap !== '' && <p class="faint">{`${capitalised(gap)}: other days may have had some.`}</p>}
    </>
  );
}

/** The most alerts that mark days. */
const alertsMax = 1_000;

/** Returns the worst alert of each day of the month that is shown, and the clause about alerts that are not known. */
function useMarks({ day, zone: shown }: Draft): { readonly marks: ReadonlyMap<number, DayMark>; readonly gap: string } {
  const month = new Date(day);
  const from = Date.UTC(month.getUTCFullYear(), month.getUTCMonth(), 1) - dayMs;
  const query = { cluster: cluster.value, from, to: monthsLater(from + dayMs, 1) + dayMs, limit: alertsMax };
  const answer = useAnswer<Alerts>('/api/alerts', query, { refresh: 'once' });
  const marks = new Map<number, DayMark>();
  for (const { severity, startsAtMs } of answer.data?.alerts ?? []) {
    const own = dayOf(startsAtMs, shown);
    if (severity === 'critical') marks.set(own, 'critical');
    else if (severity === 'warning' && !marks.has(own)) marks.set(own, 'warning');
  }
  const isRead = answer.data !== undefined || answer.problem !== undefined;
  return { marks, gap: isRead ? alertGap(answer, from) : '' };
}

function Options({ draft, onChange }: PartProps): JSX.Element {
  const span = spanOf(draft.range, now.value);
  // London is UTC in winter, and a range of its summer is not.
  const isLocalOffered = draft.zone === 'local' || isZoneApart([now.value, span.fromMs, span.toMs]);
  return (
    <div class="opts">
      {place.value?.view.hasCompare === true && <Comparison draft={draft} onChange={onChange} />}
      <span>Times in</span>
      <Choice
        label="Times in"
        options={[
          { value: 'utc', text: 'UTC' },
          ...(isLocalOffered ? [{ value: 'local', text: zoneName('local', span.toMs) }] : []),
        ]}
        value={draft.zone}
        onChoose={(shown) => onChange({ zone: shown as Zone })}
      />
    </div>
  );
}

function Comparison({ draft, onChange }: PartProps): JSX.Element {
  return (
    <>
      <span>Compare with</span>
      <Choice
        label="Compare with"
        options={[
          { value: '', text: 'Nothing' },
          { value: '1d', text: 'Yesterday' },
          { value: '7d', text: 'Last week' },
        ]}
        value={draft.compare}
        onChoose={(other) => onChange({ compare: other })}
      />
    </>
  );
}

const distances: Readonly<Record<string, number>> = { '1d': dayMs, '7d': 7 * dayMs };

function Summary({ draft }: Pick<PartProps, 'draft'>): JSX.Element {
  const { fromMs, toMs } = spanOf(draft.range, now.value);
  const distanceMs = distances[draft.compare];
  const other = (ms: number): string => fieldText(ms - (distanceMs ?? 0), draft.zone).slice(0, 16);
  if (fromMs >= toMs) {
    return (
      <p class="sum crit" aria-live="polite">
        The range ends before it begins.
      </p>
    );
  }
  return (
    <p class="sum" aria-live="polite">
      <b>{durationText(toMs - fromMs)}</b>, {draft.range.to === 'now' ? 'moves with the data' : 'fixed'}.
      {place.value?.view.hasCompare === true &&
        distanceMs !== undefined &&
        ` Compared with ${other(fromMs)} to ${other(toMs)}, as a dashed line.`}
    </p>
  );
}
