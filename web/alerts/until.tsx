import type { JSX } from 'preact';
import { fieldText, momentOf, momentText } from '../format/moment.ts';
import { zone } from '../frame/where.ts';
import { Choice } from '../parts/button.tsx';
import { endOf, type Until } from './silence-end.ts';

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
