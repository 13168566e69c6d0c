import type { JSX } from 'preact';
import { rangeText } from '../../alerts/words.ts';
import type { Measures, Queues } from '../../api/data-types.ts';
import { isLive } from '../../api/live.ts';
import { useAlertLane } from '../../charts/alert-lane.ts';
import type { RibbonAlert } from '../../charts/ribbon-layout.ts';
import { Stack, type StackRow } from '../../charts/stack.tsx';
import { durationText } from '../../format/duration.ts';
import { cluster, zone } from '../../frame/where.ts';
import { Section } from '../../parts/section.tsx';
import { Failure } from '../../parts/states.tsx';
import { trafficOf, useMachines, useTopics } from './totals.ts';
import { rangeOf, unitIn } from './vitals.tsx';

/** The charts of Now on one time axis: alerts, disks, messages. */
export function NowStack(): JSX.Element | null {
  const lane = useAlertLane();
  const read = useMachines();
  const machines = read.data;
  const topics = useTopics().data;
  const range = machines ?? (topics === undefined ? undefined : rangeOf(topics));
  if (range === undefined)
    return read.problem === undefined ? null : (
      <Failure what="The charts" problem={read.problem} onRetry={read.reload} />
    );
  const rows = [...machineRows(machines), ...topicRows(topics)];
  const alerts = laneOf(lane);
  return (
    <Section
      class="s-st"
      title={`${isLive.value ? 'Last ' : ''}${durationText(range.toMs - range.fromMs)}`}
      note={`${rangeText(range, zone.value)}${machines === undefined ? '' : `, a value each ${durationText(machines.stepMs)}; the newest stands above`}`}
    >
      <Stack
        label={cluster.value === '' ? 'All clusters' : cluster.value}
        rows={rows}
        range={{ fromMs: range.fromMs, toMs: range.toMs }}
        alerts={alerts}
      />
    </Section>
  );
}

const order = ['info', 'warning', 'critical'];

/** Returns the alerts of the lane, the worst last, so that no bar covers a worse one. Notices last for days and are left out. */
function laneOf(alerts: readonly RibbonAlert[]): readonly RibbonAlert[] {
  return alerts
    .filter(({ severity }) => severity !== 'info')
    .sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}

function machineRows(data: Measures | undefined): StackRow[] {
  if (data === undefined) return [];
  const { times, total, count } = data;
  const machines = `${count} machine${count === 1 ? '' : 's'}`;
  const mirrored = [
    { title: `Disk, ${machines}`, up: 'disk.write', down: 'disk.read', words: ['write', 'read'] },
    { title: `Network, ${machines}`, up: 'network.out', down: 'network.in', words: ['sent', 'received'] },
  ] as const;
  return mirrored.flatMap(({ title, up, down, words }) => {
    const [above, below] = [total[up], total[down]];
    if (above === undefined || below === undefined) return [];
    return {
      title,
      unit: unitIn(data, up),
      height: 84,
      shape: 'mirror',
      lines: [
        { label: words[0], role: 'a', times, values: above },
        { label: words[1], role: 'b', times, values: below },
      ],
    };
  });
}

function topicRows(data: Queues | undefined): StackRow[] {
  if (data === undefined || data.topics.length === 0) return [];
  const traffic = trafficOf(data);
  const { times, topics } = data;
  return [
    {
      title: topics.length === 1 ? `Topic ${topics[0]!.name}` : `Messages, ${topics.length} topics`,
      unit: '{message}/s',
      height: 96,
      isFilled: false,
      lines: [
        { label: 'in', role: 'a', times, values: traffic.in },
        { label: 'out', role: 'b', times, values: traffic.out },
      ],
    },
  ];
}
