import './fold.css';
import type { ComponentChildren, JSX } from 'preact';
import { Glyph, type StatusGlyph } from './glyph.tsx';

interface FoldProps {
  readonly glyph: StatusGlyph;
  readonly name: ComponentChildren;
  /** One line about it. */
  readonly line: ComponentChildren;
  /** A small chart. */
  readonly spark?: ComponentChildren;
  readonly count: ComponentChildren;
  /** States whether it is open at first. It keeps what a person chose while the view is live. */
  readonly isOpen?: boolean;
  readonly children: ComponentChildren;
}

/** A group of rows that have something in common, folded to one line. */
export function Fold({ glyph, name, line, spark, count, isOpen = false, children }: FoldProps): JSX.Element {
  return (
    <details class="fold" open={isOpen}>
      <summary>
        <Glyph name={glyph} />
        <span class="ft1">
          <b>{name}</b>
          <span>{line}</span>
        </span>
        <span class="fsp">{spark}</span>
        <span class="fn">{count}</span>
        <span class="chv" />
      </summary>
      <div class="fx">{children}</div>
    </details>
  );
}
