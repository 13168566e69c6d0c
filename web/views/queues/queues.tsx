import '../../parts/table.css';
import './queues.css';
import type { JSX } from 'preact';
import { useAnswer } from '../../api/answer.ts';
import type { GroupRow, Queues } from '../../api/data-types.ts';
import { useAlertLane } from '../../charts/alert-lane.ts';
import { topWithoutBurst } from '../../charts/line.ts';
import { lineOfMeasure } from '../../charts/lines.ts';
import { roundTop } from '../../charts/scale.ts';
import { Spark } from '../../charts/spark.tsx';
import { Stack, type StackRow } from '../../charts/stack.tsx';
import { clockText } from '../../format/moment.ts';
import { counted } from '../../format/words.ts';
import { query } from '../../frame/address.ts';
import { cluster, range, zone } from '../../frame/where.ts';
import { Section } from '../../parts/section.tsx';
import { Sentence } from '../../parts/sentence.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { QueueTable } from './queue-table.tsx';
import { backlogOf, waitingText, worstFirst } from './rows.ts';
import { judgeGroups } from './situation.ts';

const pointsMax = 300;

/** The view of topics, groups and queues: who is behind, by how much, for how long? */
export function QueuesView(): JSX.Element {
  const { from, to } = range.value;
  const answer = useAnswer<Queues>('/api/queues', { cluster: cluster.value, from, to, points: pointsMax });
  return (
    <Answered answer={answer} what="The queues">
      {(data) =>
        data.topics.length + data.groups.length + data.queues.length === 0 ? (
          <Empty glyph="unknown" title="No topic, group or queue is watched">
            Name a Kafka or an account among the targets of the settings, or ship Metricbeat's module kafka.
          </Empty>
        ) : (
          <All data={data} />
        )
      }
    </Answered>
  );
}

function All({ data }: { readonly data: Queues }): JSX.Element {
  const groups = worstFirst(data.groups);
  const chosen = groups.find(({ path }) => path === query.value.get('group')) ?? groups[0];
  const shown = { fromMs: data.times[0] ?? 0, toMs: (data.times.at(-1) ?? 0) + data.stepMs };
  return (
    <>
      <Situation data={data} groups={groups} />
      {chosen !== undefined && <GroupStack data={data} group={chosen} range={shown} />}
      {data.topics.length + data.groups.length > 0 && (
        <Section
          title="Topics and groups"
          note={`${counted(data.topics.length, 'topic')}, ${counted(groups.length, 'group')}, worst lag first`}
        >
          <QueueTable data={data} range={shown} />
        </Section>
      )}
      {data.queues.length > 0 && <SqsQueues data={data} range={shown} />}
    </>
  );
}

function Situation({ data, groups }: { readonly data: Queues; readonly groups: readonly GroupRow[] }): JSX.Element {
  const { glyph, say, meaning, sub } = judgeGroups(groups);
  const past = groups
    .map((group) => ({ group, backlog: backlogOf(group, data.times) }))
    .find(({ backlog }) => backlog?.isOver);
  const isCalm = glyph === 'ok' || glyph === 'unknown';
  return (
    <Sentence
      isSmall
      glyph={glyph}
      meaning={meaning}
      say={<bdi>{say}</bdi>}
      sub={
        !isCalm || past?.backlog === undefined
          ? sub
          : `${past.group.name} was ${counted(Math.round(past.backlog.lag), 'message')} behind at ${clockText(past.backlog.atMs, zone.value)}, and has caught up.`
      }
    />
  );
}

/** The end of a scale that a single burst, as after a standstill, does not flatten. */
function scaleOf(topic: Queues['topics'][number]): { readonly top?: number } {
  const top = topWithoutBurst([{ values: topic.in }, { values: topic.out }]);
  return top === undefined ? {} : { top: roundTop(top) };
}

interface GroupStackProps {
  readonly data: Queues;
  readonly group: GroupRow;
  readonly range: { readonly fromMs: number; readonly toMs: number };
}

function GroupStack({ data, group, range: shown }: GroupStackProps): JSX.Element {
  const alerts = useAlertLane(({ entity }) => entity.name === group.name || group.topics.includes(entity.name));
  const topics = data.topics.filter((topic) => topic.cluster === group.cluster && group.topics.includes(topic.name));
  const line = lineOfMeasure;
  const rows: StackRow[] = [
    ...topics.map((topic) => ({
      title: topics.length === 1 ? 'Messages' : `Messages, ${topic.name}`,
      ...scaleOf(topic),
      lines: [line(data.times, { values: topic.in }, 'in'), line(data.times, { values: topic.out }, 'out', 'b')],
      unit: '{message}/s',
      height: 92,
    })),
    {
      title: 'Lag, messages',
      note: 'all partitions',
      lines: [line(data.times, { values: group.lag })],
      unit: '{message}',
      height: 98,
    },
    {
      title: 'Lag, time',
      note: 'age of the next message to read',
      lines: [line(data.times, { values: group.lagS })],
      unit: 's',
      height: 112,
    },
  ];
  const title = (
    <>
      <bdi>{group.topics.join(', ')}</bdi>, read by <bdi>{group.name}</bdi>
    </>
  );
  const note = `${clockText(shown.fromMs, zone.value)} to ${clockText(shown.toMs, zone.value)}`;
  return (
    <Section title={title} note={note}>
      <Stack label={`Group ${group.name}`} rows={rows} range={shown} alerts={alerts} />
    </Section>
  );
}

function SqsQueues({ data, range: shown }: Omit<GroupStackProps, 'group'>): JSX.Element {
  return (
    <Section title="Queues" note={`${counted(data.queues.length, 'queue')} of SQS`}>
      <table aria-label="Queues">
        <thead>
          <tr>
            <th scope="col">Queue</th>
            <th scope="col" class="num">
              Waiting
            </th>
            <th scope="col" class="w-lag">
              In this range
            </th>
          </tr>
        </thead>
        <tbody>
          {data.queues.map((queue) => (
            <tr key={queue.path}>
              <td>
                <b>
                  <bdi>{queue.name}</bdi>
                </b>
              </td>
              <td class="num">{waitingText(queue)}</td>
              <td>
                <Spark
                  label={`Waiting in ${queue.name}`}
                  line={lineOfMeasure(data.times, { values: queue.waiting })}
                  unit="1"
                  range={shown}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
