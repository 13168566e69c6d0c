import './matcher.css';
import type { JSX } from 'preact';

/** A label and the text or glob that it must match. With `onRemove` it has a button that takes it away. */
export function Matcher({
  label,
  pattern,
  onRemove,
}: {
  readonly label: string;
  readonly pattern: string;
  readonly onRemove?: (() => void) | undefined;
}): JSX.Element {
  return (
    <span class="match">
      <b>{label}</b>=
      <span>
        <bdi>{pattern}</bdi>
      </span>
      {onRemove !== undefined && (
        <button type="button" aria-label={`Remove ${label}`} onClick={onRemove}>
          ×
        </button>
      )}
    </span>
  );
}

/** All matchers of a silence or a route. */
export function Matchers({ matchers }: { readonly matchers: Readonly<Record<string, string>> }): JSX.Element {
  return (
    <span class="matches">
      {Object.entries(matchers).map(([label, pattern]) => (
        <Matcher key={label} label={label} pattern={pattern} />
      ))}
    </span>
  );
}
