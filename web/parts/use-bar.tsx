import './use-bar.css';
import type { JSX } from 'preact';

interface UseBarProps {
  /** The share, from 0 to 1. */
  readonly share: number;
  /** The share at which a tick warns. */
  readonly warningAt?: number;
  /** The meaning for those who do not see it; without it the number stands beside the bar. */
  readonly label?: string;
  readonly tone?: 'warn' | 'crit' | undefined;
}

/** Shows a share from 0 to 100 %, only of totals. */
export function UseBar({ share, warningAt, label, tone }: UseBarProps): JSX.Element {
  const percent = (value: number): string => `${(Math.min(1, Math.max(0, value)) * 100).toFixed(1)}%`;
  return (
    <svg
      class="ubar"
      width="100%"
      height="6"
      role="img"
      aria-label={label}
      aria-hidden={label === undefined ? true : undefined}
    >
      <rect class="bt" width="100%" height="6" rx="2" />
      <rect class={`bf ${tone ?? ''}`} width={percent(share)} height="6" rx="2" />
      {warningAt !== undefined && <line class="um" x1={percent(warningAt)} x2={percent(warningAt)} y1="-2" y2="8" />}
    </svg>
  );
}
