import type { JSX } from 'preact';
import { type TraceStep, traceSteps } from '../../alerts/trace-words.ts';
import type { AlertDetail } from '../../api/alert-types.ts';
import { bothZonesText, momentText } from '../../format/moment.ts';
import { zone } from '../../frame/where.ts';
import { Section } from '../../parts/section.tsx';
import { toldText } from './told.ts';
import '../../parts/trace.css';

/** Shows why somebody was paged or not: every decision in words. */
export function AlertTrace({ alert }: { readonly alert: AlertDetail }): JSX.Element {
  const steps = traceSteps(alert.trace);
  const firstTold = steps.find(({ isTold }) => isTold);
  const told = toldText(alert);
  return (
    <Section
      title={firstTold === undefined ? 'Why was nobody paged?' : 'Why was I paged?'}
      note="every decision, also those to stay silent"
    >
      <ol class="trace">
        {steps.map((step, nth) => (
          <li key={nth} class={step.isTold ? 'told' : ''}>
            <time dateTime={new Date(step.atMs).toISOString()} title={bothZonesText(step.atMs)}>
              {momentText(step.atMs, zone.value, alert.startsAtMs)}
            </time>
            <i class="d" />
            <div>
              <b>{step.verb}</b> <bdi>{step.text}</bdi>
              {endedText(alert, step)}
              {step === firstTold && told !== '' && <bdi>{` ${told}`}</bdi>}
            </div>
          </li>
        ))}
      </ol>
    </Section>
  );
}

/** Returns when the trouble ended, behind the decision that it is over; nothing behind other decisions. */
function endedText({ endsAtMs, startsAtMs }: AlertDetail, { verb, atMs }: TraceStep): string {
  if (!verb.startsWith('Resolved') || endsAtMs === undefined || endsAtMs === atMs) return '';
  return ` The trouble ended at ${momentText(endsAtMs, zone.value, startsAtMs)}.`;
}
