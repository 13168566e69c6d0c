import './sentence.css';
import type { ComponentChildren, JSX } from 'preact';
import { Glyph, type GlyphName } from './glyph.tsx';

interface SentenceProps {
  readonly glyph: GlyphName;
  readonly tone?: string | undefined;
  /** The sentence. */
  readonly say: ComponentChildren;
  /** The second sentence: the consequence, what is not affected, who knows. */
  readonly sub?: ComponentChildren;
  /** The words that readers of screens hear when they change; they leave out what counts on, such as a duration. */
  readonly meaning: string;
  readonly isSmall?: boolean;
  /** The actions, at most two. */
  readonly actions?: ComponentChildren;
  /** A line of facts below. */
  readonly meta?: ComponentChildren;
}

/** The sentence with which each view begins. */
export function Sentence({ glyph, tone, say, sub, meaning, isSmall, actions, meta }: SentenceProps): JSX.Element {
  return (
    <section class={isSmall ? 'lede small' : 'lede'} aria-label="Situation">
      <Glyph name={glyph} tone={tone} size={isSmall ? 20 : 26} />
      <div>
        <h2 class="say">{say}</h2>
        {sub !== undefined && <p class="sub">{sub}</p>}
        {meta !== undefined && <p class="meta">{meta}</p>}
        <p class="sr" aria-live="polite">
          {meaning}
        </p>
      </div>
      {actions !== undefined && <div class="acts">{actions}</div>}
    </section>
  );
}
