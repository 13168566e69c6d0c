import type { JSX } from 'preact';
import type { MeasureName, Measures } from '../../api/data-types.ts';
import type { Overview, Values } from '../../api/types.ts';
import { Spark } from '../../charts/spark.tsx';
import { durationText } from '../../format/duration.ts';
import { momentText } from '../../format/moment.ts';
import { componentTitle } from '../../format/names.ts';
import { quantity, quantityText, shownUnit } from '../../format/quantity.ts';
import { now } from '../../frame/clock.ts';
import { isPast } from '../../frame/present.ts';
import { shownReplay } from '../../frame/replay.ts';
import { zone } from '../../frame/where.ts';
import { Vital } from '../../parts/vital.tsx';
import { pastWords } from './past-words.ts';
import { calmDeliveriesText, noTopicText } from './tile-words.ts';
import { lastOf, trafficOf, useMachines, useTopics } from './totals.ts';

/** The age of a source from which on it is in trouble. Ms. */
const lateMs = 60_000;
/** The same of the canary, of which one or two may be under way. Ms. */
const canaryLateMs = 180_000;

/** The numbers that are read at a glance. */
export function Vitals({ overview }: { readonly overview: Overview }): JSX.Element {
  return (
    <section class="vitals" aria-label="At a glance">
      <MessagesVital />
      <MeasureVital of={overview} name="disk.write" title="Disk writes" other={['disk.read', 'reads']} />
      <MeasureVital of={overview} name="network.out" title="Network, sent" other={['network.in', 'received']} />
      {overview.canary === null ? (
        <MeasureVital of={overview} name="cpu" title="CPU, mean" other={['memory', 'memory']} />
      ) : (
        <CanaryVital lastMs={overview.canary.lastMs} />
      )}
      <FreshnessVital overview={overview} />
      <DeliveriesVital overview={overview} />
    </section>
  );
}

function pair(value: number | null, unit: string): readonly [string, string] | undefined {
  if (value === null) return undefined;
  const { text, unit: shown } = quantity(value, unit);
  return [text, shown];
}

/** Returns a moment with its day, unless that is today. */
const momentIn = (ms: number): string => momentText(ms, zone.value, now.value);

function Line({
  title,
  values,
  of: { times, fromMs, toMs },
  unit,
}: {
  readonly title: string;
  readonly values: Values;
  readonly of: { readonly times: readonly number[]; readonly fromMs: number; readonly toMs: number };
  readonly unit: string;
}): JSX.Element {
  const line = { label: '', role: 'a', times, values } as const;
  return <Spark label={title} line={line} unit={unit} range={{ fromMs, toMs }} height={30} />;
}

function MessagesVital(): JSX.Element {
  const { data, problem } = useTopics();
  const traffic = data === undefined ? undefined : trafficOf(data);
  const topics = data?.topics.length ?? 0;
  const range = data === undefined ? undefined : rangeOf(data);
  const moment =
    data === undefined || range === undefined
      ? ''
      : pastWords({ times: data.times, values: traffic?.in }, isPast(range.toMs), momentIn);
  return (
    <Vital
      name={topics === 1 ? `Messages into ${data!.topics[0]!.name}` : 'Messages in'}
      href="/queues"
      isReading={data === undefined && problem === undefined}
      value={pair(lastOf(traffic?.in), '{message}/s')}
      context={
        data === undefined || topics === 0
          ? noTopicText(data, problem)
          : `${moment}out ${quantityText(lastOf(traffic?.out), '{message}/s')}, ${topics} topic${topics === 1 ? '' : 's'}`
      }
    >
      {data !== undefined && range !== undefined && topics > 0 && (
        <Line title="Messages in" values={traffic!.in} of={{ ...range, times: data.times }} unit="{message}/s" />
      )}
    </Vital>
  );
}

/** Returns the range of a grid of times. */
export function rangeOf({
  times,
  stepMs,
}: {
  readonly times: readonly number[];
  readonly stepMs: number;
}): { readonly fromMs: number; readonly toMs: number } | undefined {
  const [first, last] = [times[0], times.at(-1)];
  return first === undefined || last === undefined ? undefined : { fromMs: first, toMs: last + stepMs };
}

interface MeasureVitalProps {
  readonly of: Overview;
  readonly name: MeasureName;
  readonly title: string;
  readonly other: readonly [name: MeasureName, word: string];
}

function MeasureVital({ of: overview, name, title, other }: MeasureVitalProps): JSX.Element {
  const { data, problem } = useMachines();
  const unitOf = (measure: MeasureName): string => unitIn(data, measure);
  const values = data?.total[name];
  const second = lastOf(data?.total[other[0]]);
  const machines = data?.count ?? overview.counts.machines;
  return (
    <Vital
      name={title}
      href="/throughput"
      isReading={data === undefined && problem === undefined}
      value={pair(lastOf(values), unitOf(name))}
      context={`${data === undefined ? '' : pastWords({ times: data.times, values }, isPast(data.toMs), momentIn)}${second === null ? '' : `${other[1]} ${quantityText(second, unitOf(other[0]))}, `}${machines} machine${machines === 1 ? '' : 's'}`}
    >
      {data !== undefined && values !== undefined && (
        <Line title={title} values={values} of={data} unit={unitOf(name)} />
      )}
    </Vital>
  );
}

/** Returns the unit in which a measure is shown. */
export const unitIn = (data: Measures | undefined, name: MeasureName): string =>
  shownUnit(name, data?.measures.find((measure) => measure.name === name)?.unit ?? '');

/** The age of the last canary in the warehouse. One is sent each minute. */
function CanaryVital({ lastMs }: { readonly lastMs: number }): JSX.Element {
  const ageMs = Math.max(0, now.value - lastMs);
  return (
    <Vital
      name="Canary"
      href="/cluster"
      value={pair(ageMs / 1_000, 's')}
      context="since the last one arrived; one is sent each minute"
      trouble={ageMs > canaryLateMs ? 'warning' : undefined}
    />
  );
}

function FreshnessVital({ overview }: { readonly overview: Overview }): JSX.Element {
  const { newestSampleMs, freshness } = overview;
  const oldest = freshness.toSorted((a, b) => a.oldest.newestMs - b.oldest.newestMs)[0]?.oldest;
  const [, kind = '', name = ''] = /^[^/]*\/([^/]*)\/(.*)$/s.exec(oldest?.path ?? '') ?? [];
  const replay = shownReplay.value;
  if (replay !== undefined) return <ReplayEndVital endMs={replay.endMs} />;
  const nowMs = now.value;
  const oldestMs = oldest === undefined ? 0 : Math.max(0, nowMs - oldest.newestMs);
  const ageMs = newestSampleMs === null ? undefined : Math.max(0, nowMs - newestSampleMs);
  return (
    <Vital
      name="Data freshness"
      href="/cluster"
      value={ageMs === undefined ? undefined : split(durationText(ageMs))}
      context={
        oldest === undefined ? 'no source is known' : `oldest ${durationText(oldestMs)}: ${componentTitle(kind, name)}`
      }
      trouble={oldestMs > lateMs ? 'warning' : undefined}
    />
  );
}

function ReplayEndVital({ endMs }: { readonly endMs: number }): JSX.Element {
  const text = momentText(endMs, zone.value, now.value);
  return (
    <Vital
      name="End of the recording"
      href="/cluster"
      value={[text.slice(-8), '']}
      context={text.length > 8 ? text.slice(0, -9) : 'today'}
    />
  );
}

/** Returns a duration in one or two units as number and unit. */
function split(text: string): readonly [string, string] {
  const at = text.lastIndexOf('\u00a0');
  return [text.slice(0, at), text.slice(at + 1)];
}

function DeliveriesVital({ overview: { deliveries } }: { readonly overview: Overview }): JSX.Element {
  const failing = deliveries.receivers.find(({ status }) => status !== 'ok');
  const since = failing?.failingSinceMs === undefined ? '' : ` for ${durationText(now.value - failing.failingSinceMs)}`;
  const given = deliveries.givenUp > 0 ? `, ${deliveries.givenUp} given up` : '';
  return (
    <Vital
      name="Deliveries waiting"
      href="/receivers"
      value={[String(deliveries.waiting), '']}
      context={
        failing === undefined
          ? `${calmDeliveriesText(deliveries)}${given}`
          : `${failing.name}, ${failing.status}${since}`
      }
      trouble={failing === undefined ? undefined : 'warning'}
    />
  );
}
