import './states.css';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Answer } from '../api/answer.ts';
import type { ApiProblem } from '../api/client.ts';
import { Button } from './button.tsx';
import { Glyph, type GlyphName } from './glyph.tsx';

/** The place of something that is not there, with the reason and what to do. */
export function Empty({
  glyph = 'ok',
  title,
  children,
  isLeft = false,
}: {
  readonly glyph?: GlyphName;
  readonly title: string;
  readonly children?: ComponentChildren;
  readonly isLeft?: boolean;
}): JSX.Element {
  return (
    <div class={isLeft ? 'state left' : 'state'}>
      {!isLeft && <Glyph name={glyph} size={20} />}
      <b>{title}</b>
      {children !== undefined && <span>{children}</span>}
    </div>
  );
}

/** Shows grey rows in the size of what comes. They appear after 300 ms; after 2 s a word is added. */
export function Loading({ rows = 5, what }: { readonly rows?: number; readonly what?: string }): JSX.Element {
  const [stage, setStage] = useState(0);
  useEffect(() => {
    const timers = [window.setTimeout(() => setStage(1), 300), window.setTimeout(() => setStage(2), 2_000)];
    return () => timers.forEach(clearTimeout);
  }, []);
  return (
    <div class={stage === 0 ? 'loading early' : 'loading'} aria-busy="true">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} class="skel" />
      ))}
      <p class="faint" role="status">
        {stage === 2 ? `Reading ${what ?? 'from the server'}` : ''}
      </p>
    </div>
  );
}

/** A failure: what could not be read, why, and the one thing to do. */
export function Failure({
  what,
  problem,
  onRetry,
}: {
  /** The thing in the singular or plural, such as `The alerts`. */
  readonly what: string;
  readonly problem: ApiProblem;
  readonly onRetry: () => void;
}): JSX.Element {
  const isMissing = problem.status === 501;
  return (
    <div class="state" role="alert">
      <Glyph name="unknown" size={20} />
      <b>{isMissing ? `${what} cannot be shown here` : `${what} could not be read`}</b>
      <span>{problem.message}</span>
      {problem.note !== undefined && <span>{problem.note}</span>}
      {!isMissing && <Button onPress={onRetry}>Try again</Button>}
    </div>
  );
}

/**
 * Shows what an answer has: its data, or that it is read, or why it could not be. Old data stays, dimmed: with the reason, if it could
 * not be read again, or marked as busy while those of another question, such as of another cluster, are read.
 */
export function Answered<T>({
  answer,
  what,
  rows,
  children,
}: {
  readonly answer: Answer<T>;
  readonly what: string;
  readonly rows?: number;
  readonly children: (data: T) => ComponentChildren;
}): JSX.Element {
  const { data, problem, isOfBefore } = answer;
  if (data === undefined || (problem !== undefined && isOfBefore)) {
    if (problem !== undefined) return <Failure what={what} problem={problem} onRetry={answer.reload} />;
    return <Loading what={what.toLowerCase()} {...(rows !== undefined && { rows })} />;
  }
  return (
    <div class={problem === undefined ? 'answered' : 'answered stale'} aria-busy={isOfBefore}>
      {problem !== undefined && (
        <p class="st warn stale-note">
          <Glyph name="warning" size={14} />
          {`${what} could not be read again: ${problem.message}`}
        </p>
      )}
      {children(data)}
    </div>
  );
}
