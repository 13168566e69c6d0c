import type { JSX } from 'preact';

/** The mark of Offbeat. */
export function Mark({ size }: { readonly size: number }): JSX.Element {
  return (
    <svg width={size} height={size} viewBox="0 0 18 18" aria-hidden="true">
      <path fill="currentColor" d="M1 7h2.4v4H1zM5.2 4h2.4v10H5.2zM9.4 7h2.4v4H9.4z" />
      <path fill="currentColor" d="M14.2 1h2.4v10h-2.4z" />
    </svg>
  );
}

/** The mark and the name, which lead to Now. */
export function Brand(): JSX.Element {
  return (
    <a class="brand" href="/" title="Now">
      <Mark size={18} />
      <span>Offbeat</span>
    </a>
  );
}
