import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Deliveries } from '../../api/alert-types.ts';
import { useAnswer } from '../../api/answer.ts';
import type { Receivers } from '../../api/operation-types.ts';
import type { ReceiverHealth } from '../../api/types.ts';
import { now } from '../../frame/clock.ts';
import { me } from '../../frame/me.ts';
import { zone } from '../../frame/where.ts';
import { Button } from '../../parts/button.tsx';
import { Code } from '../../parts/code.tsx';
import { Section } from '../../parts/section.tsx';
import { Sentence } from '../../parts/sentence.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { GivenUp } from './given-up.tsx';
import { NoRights } from './no-rights.tsx';
import { ReceiverTable } from './receiver-table.tsx';
import { exampleReceiver, judgeReceivers, worstFirst } from './standing.ts';
import { sendTest, TestAnswer, type TestResult } from './test.tsx';
import { Waiting } from './waiting.tsx';
import './receivers.css';
import '../../parts/parts-table.css';
import '../../parts/rail.css';

/** The most deliveries of a state that are listed. */
const listedMax = 200;

/** Answers whether everyone gets their messages. */
export function ReceiversView(): JSX.Element {
  const answer = useAnswer<Receivers>('/api/receivers');
  return (
    <Answered answer={answer} what="The receivers">
      {({ receivers }) => (receivers.length === 0 ? <NoReceiver /> : <Page receivers={worstFirst(receivers)} />)}
    </Answered>
  );
}

function Page({ receivers }: { readonly receivers: readonly ReceiverHealth[] }): JSX.Element {
  const waiting = useAnswer<Deliveries>('/api/deliveries', { state: 'waiting', limit: listedMax });
  const given = useAnswer<Deliveries>('/api/deliveries', { state: 'given up', limit: listedMax });
  const [result, setResult] = useState<TestResult | undefined>(undefined);
  const test = (name: string): void => void sendTest(name, setResult);
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
      <Answered answer={waiting} what="The messages that wait" rows={1}>
        {({ deliveries, next }) =>
          deliveries.length > 0 && <Waiting deliveries={deliveries} hasMore={next !== undefined} />
        }
      </Answered>
      <Answered answer={given} what="The messages that were given up" rows={1}>
        {({ deliveries }) => deliveries.length > 0 && <GivenUp deliveries={deliveries} receivers={receivers} />}
      </Answered>
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
  const { glyph, say, sub, meaning, inTrouble } = judgeReceivers(receivers, { nowMs: now.value, zone: zone.value });
  return (
    <Sentence
      glyph={glyph}
      isSmall
      say={<bdi>{say}</bdi>}
      sub={<bdi>{sub}</bdi>}
      meaning={meaning}
      actions={
        inTrouble === undefined ? undefined : (
          <Button kind="primary" isAct onPress={() => onTest(inTrouble)}>
            {`Send test to ${inTrouble}`}
          </Button>
        )
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
