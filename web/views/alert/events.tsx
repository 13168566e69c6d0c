import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { traceSteps } from '../../alerts/trace-words.ts';
import type { AlertDetail } from '../../api/alert-types.ts';
import { tintOf } from '../../charts/incident.ts';
import { linear } from '../../charts/scale.ts';
import { useWidth } from '../../charts/width.ts';
import { clockText } from '../../format/moment.ts';
import { componentTitle, measureTitle } from '../../format/names.ts';
import { zone } from '../../frame/where.ts';
import { type EventPlace, placesOf, rowHeight } from './event-places.ts';
import { incidentOf } from './evidence-range.ts';

/** An event of an alert on its time axis. */
interface AlertEvent {
  readonly atMs: number;
  readonly text: string;
  readonly isCritical: boolean;
}

const gutter = 58;
const eventsMax = 4;

/** Returns the events of an alert: what began, and when somebody was told. */
export function eventsOf({ suspects, trace, severity, evidence }: AlertDetail): readonly AlertEvent[] {
  const severities = new Map(evidence.map(({ anomaly }) => [anomaly.id, anomaly.severity]));
  const began = suspects.map(({ startsAtMs, series, entity, anomalyId }, nth) => ({
    atMs: startsAtMs,
    text: `${nth === 0 ? 'Began: ' : ''}${measureTitle(series)} of ${componentTitle(entity.kind, entity.name)}`,
    isCritical: severities.get(anomalyId) === 'critical',
  }));
  const told = traceSteps(trace)
    .filter(({ isTold }) => isTold)
    .map(({ atMs, verb }) => ({ atMs, text: verb, isCritical: severity === 'critical' }));
  return [...began.slice(0, 1), ...told.slice(0, 2), ...began.slice(1)]
    .slice(0, eventsMax)
    .sort((a, b) => a.atMs - b.atMs);
}

/** Draws the events of an alert on the time axis of its charts. */
export function Events({
  alert,
  range,
}: {
  readonly alert: AlertDetail;
  readonly range: { readonly fromMs: number; readonly toMs: number };
}): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const right = Math.max(0, useWidth(box) - gutter);
  const x = linear([range.fromMs, range.toMs], [0, right]);
  const events = eventsOf(alert).filter(({ atMs }) => atMs >= range.fromMs && atMs <= range.toMs);
  const height = (events.length + 1) * rowHeight;
  const places = placesOf(
    events.map(({ atMs }) => x(atMs)),
    right,
  );
  const [from, end] = tintOf(incidentOf(alert), { x, right });
  return (
    <>
      <div class="sus first">
        <p class="dim">{`Timeline, ${zone.value === 'utc' ? 'UTC' : 'local time'}`}</p>
      </div>
      <div class="suc first">
        <div ref={box} class="chart">
          <svg height={height} aria-hidden="true">
            <rect class="span" x={from} y={0} width={end - from} height={height} />
            <path class="grid" d={`M0 ${height - 6.5}H${right}`} />
            {places.map(({ at, labelAt, y }, nth) => (
              <path
                key={nth}
                class="grid"
                d={`M${labelAt.toFixed(1)} ${y}H${at.toFixed(1)}M${at.toFixed(1)} ${y}V${height - 6}`}
              />
            ))}
            {events.map((event, nth) => (
              <Mark key={`${event.atMs} ${event.text}`} event={event} place={places[nth]!} {...{ right, height }} />
            ))}
          </svg>
        </div>
        <ul class="sr">
          {events.map(({ atMs, text }) => (
            <li key={`${atMs} ${text}`}>{`${clockText(atMs, zone.value)} ${text}`}</li>
          ))}
        </ul>
      </div>
    </>
  );
}

/** The mean width of a character, and that of a time with its distance from the mark. Pixels. */
const characterWidth = 6.4;
const timeWidth = 62;

/** Returns a text, cut where it would leave the chart. */
function fitted(text: string, room: number): string {
  const characters = Math.max(0, Math.floor((room - timeWidth) / characterWidth));
  return text.length <= characters ? text : `${text.slice(0, Math.max(0, characters - 1))}…`;
}

function Mark({
  event: { atMs, text, isCritical },
  place: { at, labelAt, isLeft, y },
  right,
  height,
}: {
  readonly event: AlertEvent;
  readonly place: EventPlace;
  readonly right: number;
  readonly height: number;
}): JSX.Element {
  return (
    <>
      <text class="halo" x={labelAt + (isLeft ? -6 : 6)} y={y + 4} text-anchor={isLeft ? 'end' : 'start'}>
        {clockText(atMs, zone.value)} <tspan class="labs">{fitted(text, isLeft ? labelAt : right - labelAt)}</tspan>
      </text>
      <path
        class={isCritical ? 'pk fc' : 'pk fw'}
        d={isCritical ? `M${at} ${height - 11.5}l5 5-5 5-5-5z` : `M${at} ${height - 11}l5 9h-10z`}
      />
    </>
  );
}
