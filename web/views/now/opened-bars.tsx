import type { JSX } from 'preact';
import { rangeText } from '../../alerts/words.ts';
import type { AlertSummary } from '../../api/types.ts';
import { presentMs } from '../../frame/replay.ts';
import { zone } from '../../frame/where.ts';
import { CountBars } from '../../parts/count-bars.tsx';
import { Section } from '../../parts/section.tsx';
import { openedPerStep } from './storm-groups.ts';

const rangeMs = 15 * 60_000;
const stepMs = 10_000;

/** A bar for each 10 s of the last 15 minutes: how many alerts opened. */
export function OpenedBars({ alerts }: { readonly alerts: readonly AlertSummary[] }): JSX.Element {
  const toMs = Math.ceil(presentMs() / stepMs) * stepMs;
  const range = { fromMs: toMs - rangeMs, toMs };
  const counts = openedPerStep(alerts, range, stepMs);
  return (
    <Section title="How it spread" note={`alerts opened, each 10 s; ${rangeText(range, zone.value)}`}>
      <CountBars counts={counts} label="Alerts opened, each 10 s" height={58} tone="crit" />
    </Section>
  );
}
