import type { ComponentChildren, JSX } from 'preact';
import { Glyph, type GlyphName } from './glyph.tsx';

/** A word on a tint, such as the role of a suspect. Only the cause has a colour. */
export function Tag({
  tone,
  children,
}: {
  readonly tone?: 'crit' | 'warn' | undefined;
  readonly children: ComponentChildren;
}): JSX.Element {
  return <span class={tone === undefined ? 'tag' : `tag ${tone}`}>{children}</span>;
}

/** A status: its shape, its word and its colour. */
export function Status({
  glyph,
  tone,
  children,
}: {
  readonly glyph: GlyphName;
  readonly tone?: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <span class={`st ${tone ?? ''}`}>
      <Glyph name={glyph} size={14} />
      {children}
    </span>
  );
}
