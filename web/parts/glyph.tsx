import './tag.css';
import type { JSX } from 'preact';
import type { Severity, StatusWord } from '../api/types.ts';
import { actionGlyphs, statusGlyphs } from './glyph-paths.tsx';

export type StatusGlyph = keyof typeof statusGlyphs;
export type GlyphName = StatusGlyph | keyof typeof actionGlyphs;

const tones: Readonly<Record<StatusGlyph, string>> = {
  critical: 'crit',
  down: 'crit',
  warning: 'warn',
  info: 'note-s',
  ok: 'ok',
  unknown: 'unk',
};

const isStatus = (name: GlyphName): name is StatusGlyph => name in statusGlyphs;

/**
 * A small picture beside its word, which readers of screens do not hear.
 * @param tone the class of its colour; by default that of its status
 */
export function Glyph({
  name,
  tone,
  size = 16,
}: {
  readonly name: GlyphName;
  readonly tone?: string | undefined;
  readonly size?: number;
}): JSX.Element {
  const shape = isStatus(name) ? statusGlyphs[name] : actionGlyphs[name];
  return (
    <svg
      class={tone ?? (isStatus(name) ? tones[name] : '')}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      aria-hidden="true"
    >
      {shape}
    </svg>
  );
}

const statusNames: Readonly<Record<StatusWord, StatusGlyph>> = {
  ok: 'ok',
  degraded: 'warning',
  down: 'down',
  unknown: 'unknown',
};

/** Returns the glyph of a status in words. */
export const glyphOf = (status: StatusWord): StatusGlyph => statusNames[status];

/** Returns the colour class of a status in words; a normal one stays grey. */
export const toneOf = (status: StatusWord): string => (status === 'ok' ? 'dim' : tones[statusNames[status]]);

const severityWords: Readonly<Record<Severity, string>> = { critical: 'Critical', warning: 'Warning', info: 'Notice' };

/** Returns a severity as people read it. */
export const severityWord = (severity: Severity): string => severityWords[severity];

/** Returns the colour class of a severity. */
export const severityTone = (severity: Severity): string => tones[severity];
