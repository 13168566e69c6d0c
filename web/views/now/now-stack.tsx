import type { JSX } from 'preact';
import { rangeText } from '../../alerts/words.ts';
import type { Measures, Queues } from '../../api/data-types.ts';
import type { AlertSummary, Overview } from '../../api/types.ts';
import type { RibbonAlert } from '../../charts/ribbon-layout.ts';
import { Stack, type StackRow } from '../../charts/stack.tsx';
import { alertTitle } from '../../format/alert-title.ts';
import { durationText } from '../../format/duration.ts';
import { zone } from '../../frame/where.ts';
import { Section } from '../../parts/section.tsx';
import { trafficOf, useMachines, useTopics } from './totals.ts';
import { rangeOf, unitIn } from './vitals.tsx';

/** The charts of Now on one time axis: alerts, disks, messages. */
export function NowStack({ overview }: { readonly overview: Overview }): JSX.Element | null {
  const machines = useMachines().data;
  const topics = useTopics().data;
  const range = machines ?? (topics === undefined ? undefined : rangeOf(topics));
  if (range === undefined) return null;
  const rows = [...machineRows(machines), ...topicRows(topics)];
  const alerts = laneOf(overview);
  return (
    <Section class="s-st" title={`Last ${durationText(range.toMs - range.fromMs)}`} note={rangeText(range, zone.value)}>
      <Stack label="All clusters" rows={rows} range={{ fromMs: range.fromMs, toMs: range.toMs }} alerts={alerts} />
    </Section>
  );
}

/** Returns the alerts of the lane, the worst last, so that no bar covers a worse one. Notices last for days and are left out. */
function laneOf({ alerts: { open, resolved } }: Overview): readonly RibbonAlert[] {
  const loud = open.filter(({ severity, silencedBy }) => severity !== 'info' && silencedBy === undefined);
  return [...resolved.filter(({ severity }) => severity !== 'info'), ...loud.toReversed()].map(ribbonAlert);
}

/** Returns an alert as the lane of alerts draws it. */
export function ribbonAlert(alert: AlertSummary): RibbonAlert {
  const { id, severity, startsAtMs, status, endsAtMs, updatedAtMs } = alert;
  const toMs = status === 'resolved' ? (endsAtMs ?? updatedAtMs) : null;
  return { id, title: alertTitle(alert), severity, fromMs: startsAtMs, toMs };
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
