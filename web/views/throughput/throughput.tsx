import './throughput.css';
import '../../parts/foot-note.css';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { rangeText } from '../../alerts/words.ts';
import { useAnswer } from '../../api/answer.ts';
import type { Measures, Queues } from '../../api/data-types.ts';
import { useAlertLane } from '../../charts/alert-lane.ts';
import { topWithoutBurst } from '../../charts/line.ts';
import { lineOfMeasure, meanOf, newestOf, sumOf } from '../../charts/lines.ts';
import { Ribbon } from '../../charts/ribbon.tsx';
import { roundTop } from '../../charts/scale.ts';
import { stretchesOf } from '../../charts/stretches.ts';
import { trafficPoints } from '../../charts/traffic-points.ts';
import { durationText } from '../../format/duration.ts';
import { machineHref } from '../../format/links.ts';
import { momentText } from '../../format/moment.ts';
import { quantityText } from '../../format/quantity.ts';
import { capitalised } from '../../format/words.ts';
import { isPast, presentAt } from '../../frame/present.ts';
import { cluster, range, zone } from '../../frame/where.ts';
import { Choice } from '../../parts/button.tsx';
import { Section } from '../../parts/section.tsx';
import { Sentence } from '../../parts/sentence.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { ByMachine } from './by-machine.tsx';
import { contributorsOf } from './contributors.ts';
import { FlowRow, type FlowRowProps } from './flow-row.tsx';
import { anomaliesOf, offMachinesText } from './off-machines.ts';
import { Pipeline } from './pipeline.tsx';
import { judgeTraffic, shownPart } from './situation.ts';

const machinesMax = 200;

/** The view of traffic: how much flows, and who causes it? */
export function ThroughputView(): JSX.Element {
  const { from, to } = range.value;
  const query = { cluster: cluster.value, from, to, points: trafficPoints };
  const machines = useAnswer<Measures>('/api/measures', { ...query, kind: 'host', limit: machinesMax });
  const queues = useAnswer<Queues>('/api/queues', query);
  return (
    <>
      <Answered answer={machines} what="The throughput">
        {(data) => (
          <>
            <Situation data={data} queues={queues.data} />
            <Flows data={data} queues={queues.data} />
          </>
        )}
      </Answered>
      <Pipeline />
    </>
  );
}

interface FlowsProps {
  readonly data: Measures;
  readonly queues: Queues | undefined;
}

/** Returns the messages a second of all topics; `null` where none is known. */
const messages = (queues: Queues | undefined, way: 'in' | 'out') =>
  sumOf((queues?.topics ?? []).map((topic) => topic[way]));

const newest = (times: readonly number[], values: readonly (number | null)[] = []) =>
  newestOf({ times, values })?.value;

function Situation({ data, queues }: FlowsProps): JSX.Element {
  const written = data.total['disk.write'] ?? [];
  const isOver = isPast(data.toMs);
  const said = (times: readonly number[], values: readonly (number | null)[]) =>
    (isOver ? meanOf(values) : newest(times, values)) ?? undefined;
  const writes = said(data.times, written);
  const passed = said(queues?.times ?? [], messages(queues, 'in'));
  const alerts = useAlertLane();
  const span = durationText(data.toMs - data.fromMs);
  const judged = judgeTraffic({
    data,
    alerts: alerts.filter((alert) => stretchesOf([alert], data).length > 0).length,
    span,
    zone: zone.value,
    nowMs: presentAt(data.toMs),
  });
  const clusters = [...new Set(data.rows.map(({ entity }) => entity.cluster))];
  const isOne = clusters.length === 1;
  const [write, pass] = isOver ? ['wrote', 'passed'] : isOne ? ['writes', 'passes'] : ['write', 'pass'];
  const parts = [
    ...(writes === undefined ? [] : [`${write} ${quantityText(writes, 'B/s')} to disk`]),
    ...(passed === undefined ? [] : [`${pass} ${quantityText(passed, '1')} messages a second`]),
  ];
  const part = shownPart(data);
  const off = offMachinesText(data, { zone: zone.value, nowMs: presentAt(data.toMs) });
  const most = data.totalMax['disk.write'] ?? written;
  const peak = most.reduce<number>((top, value, nth) => ((value ?? -1) > (most[top] ?? -1) ? nth : top), 0);
  const who = isOne ? `Cluster ${clusters[0]}` : 'All clusters together';
  return (
    <Sentence
      isSmall
      glyph={parts.length === 0 ? 'unknown' : judged.glyph}
      meaning={judged.meaning}
      say={
        parts.length === 0
          ? 'No traffic was measured in this range.'
          : `${who} ${parts.join(' and ')}${isOver ? ' on average' : ''}${judged.clause}.`
      }
      sub={
        most[peak] == null
          ? undefined
          : `${off === '' ? '' : `Off, and marked in the charts${part === '' ? '' : `, ${part}`}: ${off}. `}Peak of the ${span} shown: ${quantityText(most[peak], 'B/s')} written at ${momentText(data.times[peak]!, zone.value, presentAt(data.toMs))}.`
      }
    />
  );
}

function Flows({ data, queues }: FlowsProps): JSX.Element {
  const [by, setBy] = useState<'total' | 'machine'>('total');
  const alerts = useAlertLane();
  const note = `${rangeText(data, zone.value)}, a value each ${durationText(data.stepMs)}; the newest stands on the left`;
  const choice = (
    <Choice
      label="Shown by"
      options={[
        { value: 'total', text: 'Total' },
        { value: 'machine', text: 'By machine' },
      ]}
      value={by}
      onChoose={setBy}
    />
  );
  const rows = flowRows(data, queues);
  const part = shownPart(data);
  if (rows.length === 0) return <Empty glyph="unknown" title="No disk, network or topic reports in this range" />;
  return (
    <Section title="By measure" note={note} end={choice} class="tp">
      {by === 'machine' ? (
        <ByMachine data={data} />
      ) : (
        <div class="tgrid">
          <div class="tl">
            <b>Alerts</b>
          </div>
          <Ribbon alerts={alerts} range={data} />
          <div class="tr faint">
            Average over {durationText(data.toMs - data.fromMs)}, both ways (messages: in)
            {part === '' ? '' : `; ${part}`}
          </div>
          {rows.map((row, nth) => (
            <FlowRow key={row.title} {...row} hasAxis={nth === rows.length - 1} />
          ))}
        </div>
      )}
      {data.note !== undefined && <p class="foot-note">{`${capitalised(data.note)}.`}</p>}
    </Section>
  );
}

type FlowProps = Omit<FlowRowProps, 'hasAxis'>;

function flowRows(data: Measures, queues: Queues | undefined): FlowProps[] {
  return [
    ...mirrorRow(data, 'Disk', [
      ['disk.write', 'write'],
      ['disk.read', 'read'],
    ]),
    ...mirrorRow(data, 'Network', [
      ['network.out', 'sent'],
      ['network.in', 'received'],
    ]),
    ...messagesRow(queues, data),
  ];
}

type MeasureName = Measures['measures'][number]['name'];

function mirrorRow(
  data: Measures,
  title: string,
  ways: readonly (readonly [name: MeasureName, label: string])[],
): FlowProps[] {
  const names = ways.map(([name]) => name);
  if (!names.some((name) => data.total[name]?.some((value) => value !== null))) return [];
  const lines = ways.map(([name, label], nth) => {
    const total = { values: data.total[name] ?? [], max: data.totalMax[name], anomalies: anomaliesOf(data, name) };
    return lineOfMeasure(data.times, total, label, nth === 0 ? 'a' : 'b');
  });
  const contributors = contributorsOf(data.rows, names, machineHref);
  const now = newest(data.times, data.total[names[0]!]);
  return [{ title, now, unit: 'B/s', lines, shape: 'mirror', contributors, othersHref: '/machines', range: data }];
}

function messagesRow(queues: Queues | undefined, data: Measures): FlowProps[] {
  if (queues === undefined || queues.topics.length === 0) return [];
  const line = (label: 'in' | 'out', role: 'a' | 'b') =>
    lineOfMeasure(queues.times, { values: messages(queues, label) }, label, role);
  const contributors = queues.topics.map((topic) => ({
    name: topic.name,
    href: '/queues',
    value: meanOf(topic.in) ?? 0,
  }));
  const lines = [line('in', 'a'), line('out', 'b')];
  const now = newest(queues.times, messages(queues, 'in'));
  const burst = topWithoutBurst(lines);
  const top = burst === undefined ? {} : { top: roundTop(burst) };
  const of = { contributors, othersHref: '/queues', range: data };
  return [{ ...top, ...of, title: 'Messages', now, unit: '{message}/s', lines, shape: 'line' }];
}
