import './section.css';
import type { ComponentChildren, JSX } from 'preact';

/** A part of a view with its heading, a note beside it, and perhaps a link or control at its end. */
export function Section({
  title,
  note,
  end,
  class: extra = '',
  children,
  id,
}: {
  readonly title: ComponentChildren;
  readonly note?: ComponentChildren;
  readonly end?: ComponentChildren;
  readonly class?: string;
  readonly children?: ComponentChildren;
  readonly id?: string;
}): JSX.Element {
  return (
    <section class={`sec ${extra}`.trim()} id={id}>
      <SectionHead title={title} note={note} end={end} />
      {children}
    </section>
  );
}

/** The heading of a part of a view. */
export function SectionHead({
  title,
  note,
  end,
}: {
  readonly title: ComponentChildren;
  readonly note?: ComponentChildren;
  readonly end?: ComponentChildren;
}): JSX.Element {
  return (
    <div class="sechead">
      <h2>{title}</h2>
      {note !== undefined && <span class="note">{note}</span>}
      {end !== undefined && <span class="push">{end}</span>}
    </div>
  );
}
