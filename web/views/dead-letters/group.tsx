import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type ApiProblem, postJson } from '../../api/client.ts';
import { refreshAll } from '../../api/live.ts';
import type { DeadLetterGroup, Redriven } from '../../api/operation-types.ts';
import { momentText } from '../../format/moment.ts';
import { capitalised } from '../../format/words.ts';
import { now } from '../../frame/clock.ts';
import { toast, toastFailure } from '../../frame/toast.tsx';
import { zone } from '../../frame/where.ts';
import { Button } from '../../parts/button.tsx';
import { Code } from '../../parts/code.tsx';
import { CountBars } from '../../parts/count-bars.tsx';
import { Glyph } from '../../parts/glyph.tsx';
import { lastHour } from './letters.ts';

interface GroupProps {
  readonly group: DeadLetterGroup;
  /** The number of letters that a redrive sends: also those of other topics with this reason. */
  readonly redrives: number;
}

/** The dead letters of one reason: how many, an example, and what to do. */
export function GroupItem({ group, redrives }: GroupProps): JSX.Element {
  const { reason, stage, topic, count, perHour, firstMs, lastMs, example } = group;
  const hour = lastHour(group);
  const at = (ms: number): string => momentText(ms, zone.value, now.value);
  return (
    <article class="dl">
      <header>
        <Glyph name={hour > 0 ? 'warning' : 'info'} />
        <div>
          <h3>
            <bdi>{capitalised(reason)}</bdi>
          </h3>
          <p class="w">
            <bdi>{example.detail.replace(/[^.]$/, '$&.')}</bdi>
            {` Stage ${stage}, topic ${topic}; from ${at(firstMs)} to ${at(lastMs)}.`}
          </p>
        </div>
        <Count hour={hour} count={count} />
        <div class="dsp">
          <CountBars counts={perHour} label={`${reason}, per hour`} tone={hour > 0 ? 'warn' : undefined} />
        </div>
      </header>
      <div class="db">
        <div class="ex1">
          <h4>{`Example, ${example.position}`}</h4>
          <Code text={example.text} mark={example.field} />
        </div>
        <Remedy group={group} redrives={redrives} />
      </div>
    </article>
  );
}

/** The number in the last hour and in all. */
export function Count({ hour, count }: { readonly hour: number; readonly count: number }): JSX.Element {
  return (
    <div class="dc">
      <b>{hour.toLocaleString('en')}</b>
      <span>{`in the last hour, ${count.toLocaleString('en')} in all`}</span>
    </div>
  );
}

function Remedy({ group: { reason, stage, count, remedy, setting, canRedrive }, redrives }: GroupProps): JSX.Element {
  const [isBusy, setBusy] = useState(false);
  const redrive = async (): Promise<void> => {
    setBusy(true);
    try {
      const { sent } = await postJson<Redriven>('/api/dead-letters/redrive', { reason, stage });
      toast(`Sent ${sent.toLocaleString('en')} again`);
      refreshAll();
    } catch (error) {
      toastFailure((error as ApiProblem).message);
    }
    setBusy(false);
  };
  return (
    <div class="do">
      <h4>What to do</h4>
      <p>
        <bdi>{`${capitalised(remedy)}.`}</bdi>
      </p>
      {setting !== undefined && <Code text={setting} />}
      {canRedrive ? (
        <div class="fb padt">
          <Button isAct busy={isBusy ? 'Sending' : undefined} onPress={() => void redrive()}>
            {`Redrive ${redrives.toLocaleString('en')}`}
          </Button>
          {redrives > count && <span class="dim">all of this reason and stage, also of other topics</span>}
        </div>
      ) : (
        <p class="hint">
          {setting === undefined
            ? 'These cannot be sent back: they would be refused again.'
            : 'They can be sent back once the setting is in force.'}
        </p>
      )}
    </div>
  );
}
