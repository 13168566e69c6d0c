import './vital.css';
import type { ComponentChildren, JSX } from 'preact';
import { Glyph, type StatusGlyph } from './glyph.tsx';

interface VitalProps {
  readonly name: string;
  readonly href: string;
  /** The number and its unit; without a number the words `no data` are shown. */
  readonly value?: readonly [value: string, unit: string] | undefined;
  /** A flag: the number is not read yet, so that nothing is said about it. */
  readonly isReading?: boolean;
  /** A line of context. */
  readonly context?: ComponentChildren;
  /** Marks the context as trouble. */
  readonly trouble?: StatusGlyph | undefined;
  /** A small chart. */
  readonly children?: ComponentChildren;
}

/** A number that is read at a glance, with its small chart and one line of context. */
export function Vital({ name, href, value, isReading = false, context, trouble, children }: VitalProps): JSX.Element {
  const tone = trouble === undefined ? '' : trouble === 'warning' ? ' warn' : ' crit';
  return (
    <a class="vital" href={href}>
      <span class="k">{name}</span>
      <span class="v">
        {value !== undefined ? (
          value[0]
        ) : (
          <span class="faint nodata" aria-busy={isReading}>
            {isReading ? 'reading' : 'no data'}
          </span>
        )}
        {value !== undefined && <span class="u">{value[1]}</span>}
      </span>
      {children}
      <span class={`x${tone}`}>
        {trouble !== undefined && <Glyph name={trouble} size={12} />}
        {isReading ? '' : context}
      </span>
    </a>
  );
}
