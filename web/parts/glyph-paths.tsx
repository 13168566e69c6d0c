import type { JSX } from 'preact';

const outline = {
  fill: 'none',
  stroke: 'currentColor',
  'stroke-width': 1.5,
  'stroke-linecap': 'round',
  'stroke-linejoin': 'round',
} as const;
const octagon = 'M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z';

const line = (d: string): JSX.Element => <path {...outline} d={d} />;
const ring = (isDashed = false): JSX.Element => (
  <circle
    cx="8"
    cy="8"
    r="6.4"
    fill="none"
    stroke="currentColor"
    stroke-width="1.5"
    {...(isDashed && { 'stroke-dasharray': '2.6 2.4' })}
  />
);

/** The shapes of the status, which are told apart without their colour. */
export const statusGlyphs = {
  critical: (
    <>
      <path fill="currentColor" d={octagon} />
      <path class="on-status" d="M7.1 4.2h1.8l-.25 5h-1.3z" />
      <circle class="on-status" cx="8" cy="11.3" r="1" />
    </>
  ),
  down: (
    <>
      <path fill="currentColor" d={octagon} />
      <path class="on-status-line" d="M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8" />
    </>
  ),
  warning: (
    <>
      <path
        fill="currentColor"
        stroke="currentColor"
        stroke-width="1.6"
        stroke-linejoin="round"
        d="M8 2.2 14.4 13.4H1.6z"
      />
      <path class="on-status" d="M7.15 5.6h1.7l-.25 4H7.4z" />
      <circle class="on-status" cx="8" cy="11.4" r=".95" />
    </>
  ),
  info: (
    <>
      {ring()}
      {line('M8 7.6v3.4')}
      <circle cx="8" cy="5" r=".95" fill="currentColor" />
    </>
  ),
  ok: (
    <>
      {ring()}
      {line('M5.2 8.2l2 2 3.6-4')}
    </>
  ),
  unknown: (
    <>
      {ring(true)}
      {line('M6.3 6.4a1.75 1.75 0 1 1 2.5 1.6c-.6.3-.8.6-.8 1.2')}
      <circle cx="8" cy="11.2" r=".85" fill="currentColor" />
    </>
  ),
} as const;

/** The shapes of views and actions. */
export const actionGlyphs = {
  now: line('M1.5 8.5h3l2-5 3 9 2-5 .9 1h2.1'),
  machines: line('M2 2.5h12v4.2H2zM2 9.3h12v4.2H2zM4.6 4.6h.01M4.6 11.4h.01'),
  throughput: line('M2 5.2h10.2M9.4 2.4l2.8 2.8-2.8 2.8M14 10.8H3.8M6.6 8l-2.8 2.8 2.8 2.8'),
  queues: line('M2 3.2h12M2 6.4h12M2 9.6h8M2 12.8h5'),
  cluster: (
    <>
      <circle cx="8" cy="3.4" r="1.9" {...outline} />
      <circle cx="3.4" cy="12.4" r="1.9" {...outline} />
      <circle cx="12.6" cy="12.4" r="1.9" {...outline} />
      {line('M7.1 5.1 4.3 10.7M8.9 5.1l2.8 5.6M5.4 12.4h5.2')}
    </>
  ),
  storage: (
    <>
      <ellipse cx="8" cy="3.6" rx="5.6" ry="2.1" {...outline} />
      {line('M2.4 3.6v8.8c0 1.2 2.5 2.1 5.6 2.1s5.6-.9 5.6-2.1V3.6M2.4 8c0 1.2 2.5 2.1 5.6 2.1s5.6-.9 5.6-2.1')}
    </>
  ),
  explore: line('M2 2v12h12M4.6 10.6l3-3.6 2.2 2L13.6 4'),
  alerts: line(
    'M8 2.2a4 4 0 0 1 4 4c0 3.8 1.5 4.8 1.5 4.8h-11S4 10 4 6.2a4 4 0 0 1 4-4M6.6 13.4c.3.5.8.8 1.4.8s1.1-.3 1.4-.8',
  ),
  silences: line(
    'M4 6.4a4 4 0 0 1 6.6-3M12 6.4c0 3.6 1.4 4.6 1.4 4.6H5.2M2.6 11s1-.7 1.3-2.6M6.6 13.4c.3.5.8.8 1.4.8s1.1-.3 1.4-.8M2 2l12 12',
  ),
  receivers: line('M14 2 7 9M14 2 9.6 14 7 9 2 6.4z'),
  'dead-letters': line('M14 8.6V3.5H2v9h6M2 4l6 4.6L14 4M10.6 10.8l3.4 3.4M14 10.8l-3.4 3.4'),
  settings: (
    <>
      {line('M2 4.5h6M12 4.5h2M2 11.5h2M8 11.5h6')}
      <circle cx="10" cy="4.5" r="1.9" {...outline} />
      <circle cx="6" cy="11.5" r="1.9" {...outline} />
    </>
  ),
  left: line('M9.5 4.5 6 8l3.5 3.5'),
  right: line('M6.5 4.5 10 8l-3.5 3.5'),
  more: (
    <path
      fill="currentColor"
      d="M3 6.7a1.3 1.3 0 1 1 0 2.6 1.3 1.3 0 0 1 0-2.6m5 0a1.3 1.3 0 1 1 0 2.6 1.3 1.3 0 0 1 0-2.6m5 0a1.3 1.3 0 1 1 0 2.6 1.3 1.3 0 0 1 0-2.6"
    />
  ),
  copy: line('M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3'),
  lock: line('M3.5 7.2h9v6.3h-9zM5.3 7.2V5a2.7 2.7 0 0 1 5.4 0v2.2'),
  find: (
    <>
      <circle cx="7" cy="7" r="4.6" {...outline} />
      {line('M10.5 10.5 14 14')}
    </>
  ),
  clock: (
    <>
      <circle cx="8" cy="8" r="6.2" {...outline} />
      {line('M8 4.6V8l2.4 1.6')}
    </>
  ),
  chevron: line('M5 6.5 8 9.5l3-3'),
} as const;
