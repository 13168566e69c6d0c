import './range.css';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Glyph } from '../../parts/glyph.tsx';
import { Popover } from '../../parts/popover.tsx';
import { now } from '../clock.ts';
import { useKeys } from '../keys.ts';
import { place } from '../place.ts';
import { shownRangeOf } from '../replay.ts';
import { compare, range } from '../where.ts';
import { headPresets, isSameRange } from './presets.ts';
import { RangeForm } from './range-form.tsx';
import { movedRange, scaledRange } from './span.ts';

/** The range of all views: five presets, and a popover for any other. On a phone it is one button. */
export function RangeControl(): JSX.Element {
  const [openings, setOpenings] = useState(0);
  useKeys({
    t: { does: 'time range', run: () => setOpenings(openings + 1) },
    '[': { does: 'one range earlier', run: () => (range.value = movedRange(range.value, -1, now.peek())) },
    ']': { does: 'one range later', run: () => (range.value = movedRange(range.value, 1, now.peek())) },
    '+': { does: 'narrower range', run: () => (range.value = scaledRange(range.value, 0.5, now.peek())) },
    '-': { does: 'wider range', run: () => (range.value = scaledRange(range.value, 2, now.peek())) },
    ...(place.value?.view.hasCompare === true && { y: { does: 'compare with yesterday', run: compareWithYesterday } }),
  });
  return (
    <Popover
      label="Time range"
      class="range"
      openings={openings}
      trigger={({ isOpen, toggle }) => <Triggers isOpen={isOpen} toggle={toggle} />}
    >
      {(close) => <RangeForm onDone={close} />}
    </Popover>
  );
}

function compareWithYesterday(): void {
  compare.value = compare.value === '1d' ? '' : '1d';
}

function Triggers({ isOpen, toggle }: { readonly isOpen: boolean; readonly toggle: () => void }): JSX.Element {
  const current = headPresets.find((preset) => isSameRange(shownRangeOf(preset.range), range.value));
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset has a layout of its own */}
      <span class="seg" role="group" aria-label="Time range">
        {headPresets.map((preset) => (
          <button
            key={preset.text}
            type="button"
            aria-pressed={preset === current}
            onClick={() => {
              range.value = shownRangeOf(preset.range);
            }}
          >
            {preset.text}
          </button>
        ))}
        <button
          type="button"
          aria-pressed={current === undefined}
          aria-haspopup="dialog"
          aria-expanded={isOpen}
          onClick={toggle}
        >
          Custom
        </button>
      </span>
      <button type="button" class="btn range-m" aria-haspopup="dialog" aria-expanded={isOpen} onClick={toggle}>
        {current?.text ?? 'Custom'}
        <Glyph name="chevron" size={12} />
      </button>
    </>
  );
}
