import type { JSX } from 'preact';
import { dateIn, fieldText, momentOf, momentText, type Zone } from '../format/moment.ts';
import { zone } from '../frame/where.ts';
import { Choice } from '../parts/button.tsx';

/** The end of a silence: so many minutes from its start, the next 09:00, or a time of its own. */
export type Until = { readonly minutes: number } | 'morning' | { readonly atMs: number };

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const morningMs = 9 * 60 * minuteMs;

/** Returns the next 09:00 in a zone, ms. */
export function nextMorning(nowMs: number, shown: Zone): number {
  const fields = dateIn(shown, nowMs).getTime();
  const midnight = fields - (fields % dayMs);
  const today = midnight + morningMs;
  return momentOf(shown, today > fields ? today : today + dayMs);
}

/** Returns the end that was chosen, ms. @param fromMs the start: now, or the end of the silence that is extended */
export function endOf(until: Until, fromMs: number, shown: Zone): number {
  if (until === 'morning') return nextMorning(fromMs, shown);
  return 'minutes' in until ? fromMs + until.minutes * minuteMs : until.atMs;
}

const keyOf = (until: Until): string =>
  until === 'morning' ? 'morning' : 'minutes' in until ? String(until.minutes) : 'custom';

/** Asks how long: 30 min, 2 h, until 09:00, or a time of one's own. */
export function UntilChoice({
  value,
  fromMs,
  isExtension = false,
  onChoose,
}: {
  readonly value: Until;
  readonly fromMs: number;
  readonly isExtension?: boolean;
  readonly onChoose: (until: Until) => void;
}): JSX.Element {
  const sign = isExtension ? '+ ' : '';
  const shown = zone.value;
  const choose = (key: string): void => {
    if (key === 'morning') onChoose('morning');
    else onChoose(key === 'custom' ? { atMs: endOf(value, fromMs, shown) } : { minutes: Number(key) });
  };
  return (
    <>
      <Choice
        label="Until"
        isFull
        value={keyOf(value)}
        onChoose={choose}
        options={[
          { value: '30', text: `${sign}30 min` },
          { value: '120', text: `${sign}2 h` },
          { value: 'morning', text: '09:00' },
          { value: 'custom', text: 'Custom' },
        ]}
      />
      {typeof value === 'object' && 'atMs' in value && (
        <label class="flabel">
          {`Until, ${shown === 'utc' ? 'UTC' : 'local time'}`}
          <input
            type="datetime-local"
            class="inp"
            value={fieldText(value.atMs, shown).slice(0, 16).replace(' ', 'T')}
            onInput={(event) => {
              const fieldsMs = Date.parse(`${event.currentTarget.value}:00Z`);
              if (Number.isFinite(fieldsMs)) onChoose({ atMs: momentOf(shown, fieldsMs) });
            }}
          />
        </label>
      )}
    </>
  );
}

/** Returns an end as the buttons name it: `17:30`, or with its day. */
export const untilText = (endsAtMs: number, nowMs: number): string =>
  momentText(endsAtMs, zone.value, nowMs).slice(0, -3);
