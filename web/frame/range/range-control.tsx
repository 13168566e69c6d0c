import type { JSX } from 'preact';
import { Choice } from '../../parts/button.tsx';
import { range } from '../where.ts';

const presets = [
  { value: '-15m', text: '15 min' },
  { value: '-1h', text: '1 h' },
  { value: '-6h', text: '6 h' },
  { value: '-24h', text: '24 h' },
  { value: '-7d', text: '7 d' },
] as const;

/** The range of all views: the presets. */
export function RangeControl(): JSX.Element {
  return (
    <Choice
      label="Time range"
      options={presets}
      value={(range.value.to === 'now' ? range.value.from : '') as '-15m'}
      onChoose={(from) => {
        range.value = { from, to: 'now' };
      }}
    />
  );
}
