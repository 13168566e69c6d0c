import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { leadingNumber } from '../../alerts/words.ts';
import type { Deliveries, DeliveryRow } from '../../api/alert-types.ts';
import { useAnswer } from '../../api/answer.ts';
import type { Receivers } from '../../api/operation-types.ts';
import type { ReceiverHealth } from '../../api/types.ts';
import { durationText } from '../../format/duration.ts';
import { momentText } from '../../format/moment.ts';
import { numberWord } from '../../format/words.ts';
import { now } from '../../frame/clock.ts';
import { me } from '../../frame/me.ts';
import { zone } from '../../frame/where.ts';
import { Button } from '../../parts/button.tsx';
import { Code } from '../../parts/code.tsx';
import type { StatusGlyph } from '../../parts/glyph.tsx';
import { Section } from '../../parts/section.tsx';
import { Sentence } from '../../parts/sentence.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { GivenUp } from './given-up.tsx';
import { NoRights } from './no-rights.tsx';
import { ReceiverTable } from './receiver-table.tsx';
import { answerText, calmReceivers, exampleReceiver, isUntried, receiverGlyph } from './standing.ts';
import { sendTest, TestAnswer, type TestResult } from './test.tsx';
import { Waiting } from './waiting.tsx';
import './receivers.css';
import '../../parts/parts-table.css';
import '../../parts/rail.css';

/** Answers whether everyone gets their messages. */
export function ReceiversView(): JSX.Element {
  const answer = useAnswer<Receivers>('/api/receivers');
  const deliveries = useAnswer<Deliveries>('/api/deliveries', { limit: 200 });
  return (
    <Answered answer={answer} what="The receivers">
      {({ receivers }) =>
        receivers.length === 0 ? (
          <NoReceiver />
        ) : (
          <Page receivers={worstFirst(receivers)} deliveries={deliveries.data?.deliveries ?? []} />
        )
      }
    </Answered>
  );
}

const order: readonly StatusGlyph[] = ['down', 'warning', 'unknown', 'ok'];
const rank = (receiver: ReceiverHealth): number => order.indexOf(receiverGlyph(receiver));

const worstFirst = (receivers: readonly ReceiverHealth[]): readonly ReceiverHealth[] =>
  receivers.toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, 'en'));

function Page({
  receivers,
  deliveries,
}: {
  readonly receivers: readonly ReceiverHealth[];
  readonly deliveries: readonly DeliveryRow[];
}): JSX.Element {
  const [result, setResult] = useState<TestResult | undefined>(undefined);
  const test = (name: string): void => void sendTest(name, setResult);
  const waiting = deliveries.filter(({ state }) => state === 'waiting');
  const given = deliveries.filter(({ state }) => state === 'given up');
  return (
    <>
      <Situation receivers={receivers} onTest={test} />
      <Section title="Receivers" note={`${receivers.length}, worst first`}>
        <ReceiverTable
          receivers={receivers}
          testing={result?.answer === undefined ? result?.name : undefined}
          onTest={test}
        />
      </Section>
      {result?.answer !== undefined && <TestAnswer result={result} />}
      {waiting.length > 0 && <Waiting deliveries={waiting} />}
      {given.length > 0 && <GivenUp deliveries={given} />}
      {!me.value.canAct && <NoRights />}
    </>
  );
}

function Situation({
  receivers,
  onTest,
}: {
  readonly receivers: readonly ReceiverHealth[];
  readonly onTest: (name: string) => void;
}): JSX.Element {
  const worst = receivers[0]!;
  const bad = receivers.filter(({ status }) => status !== 'ok');
  const fine = receivers.filter((each) => each.status === 'ok' && !isUntried(each)).length;
  const others =
    fine === 0
      ? 'No other receiver is known to be reachable.'
      : `${leadingNumber(fine)} of ${numberWord(receivers.length)} ${fine === 1 ? 'is' : 'are'} reachable.`;
  const rest = `${others} A receiver that fails holds up no other.`;
  if (bad.length === 0) {
    const { glyph, say, sub } = calmReceivers(receivers);
    return <Sentence glyph={glyph} isSmall say={<bdi>{say}</bdi>} sub={<bdi>{sub}</bdi>} meaning={say} />;
  }
  const { name, type, status, failingSinceMs, waiting } = worst;
  const verb = status === 'failing' ? 'has taken no message' : 'refuses messages';
  const kind = type.slice(0, 1).toUpperCase() + type.slice(1);
  const since = failingSinceMs === undefined ? '' : ` for ${durationText(now.value - failingSinceMs)}`;
  const from = failingSinceMs === undefined ? '' : ` Since ${momentText(failingSinceMs, zone.value, now.value)}.`;
  const waits = waiting === 0 ? 'nothing waits' : `${waiting} ${waiting === 1 ? 'message waits' : 'messages wait'}`;
  return (
    <Sentence
      glyph={status === 'failing' ? 'down' : 'warning'}
      isSmall
      say={<bdi>{`${kind} ${name} ${verb}${since}; ${waits}.`}</bdi>}
      sub={<bdi>{`Last try: ${answerText(worst)}.${from} ${rest}`}</bdi>}
      meaning={`${name} ${verb}; ${waits}.`}
      actions={
        <Button kind="primary" isAct onPress={() => onTest(name)}>
          {`Send test to ${name}`}
        </Button>
      }
    />
  );
}

function NoReceiver(): JSX.Element {
  const say = 'No receiver is set: nobody would be paged.';
  return (
    <>
      <Sentence
        glyph="warning"
        isSmall
        say={say}
        sub="Alerts are found and shown here, but sent to nobody. Add a receiver to offbeat.yaml and start again."
        meaning={say}
      />
      <Section title="A receiver">
        <Empty isLeft title="For example a webhook">
          All kinds and their options are in docs/settings.md.
        </Empty>
        <Code text={exampleReceiver} />
      </Section>
    </>
  );
}
