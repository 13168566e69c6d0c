import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { DeliveryRow } from '../../api/alert-types.ts';
import { type ApiProblem, postJson } from '../../api/client.ts';
import { refreshAll } from '../../api/live.ts';
import type { Redriven } from '../../api/operation-types.ts';
import type { ReceiverHealth } from '../../api/types.ts';
import { alertHref } from '../../format/links.ts';
import { toast, toastFailure } from '../../frame/toast.tsx';
import { Button } from '../../parts/button.tsx';
import { Glyph } from '../../parts/glyph.tsx';
import { Section } from '../../parts/section.tsx';
import { type GivenUpGroup, givenUpGroups } from './given-up-groups.ts';
import { withStatus } from './standing.ts';
import { useAlertTitles } from './titles.ts';

/** The messages that were given up, by receiver, each with a button that sends them again. */
export function GivenUp({
  deliveries,
  receivers,
}: {
  readonly deliveries: readonly DeliveryRow[];
  readonly receivers: readonly ReceiverHealth[];
}): JSX.Element {
  const groups = givenUpGroups(deliveries, receivers);
  return (
    <Section title="Given up" note={groups.reduce((sum, { all }) => sum + all, 0)}>
      {groups.map((group) => (
        <Group key={group.receiver} group={group} />
      ))}
      <p class="hint">
        A redrive sends a message to this receiver only. It is dropped if a newer message of the same alert was taken
        meanwhile.
      </p>
    </Section>
  );
}

function Group({ group: { receiver, rows, all } }: { readonly group: GivenUpGroup }): JSX.Element {
  const titleOf = useAlertTitles();
  const [isBusy, setBusy] = useState(false);
  const redrive = async (): Promise<void> => {
    setBusy(true);
    try {
      const { sent } = await postJson<Redriven>('/api/deliveries/redrive', { receiver });
      toast(`Sent ${sent} again to ${receiver}`);
      refreshAll();
    } catch (error) {
      toastFailure((error as ApiProblem).message);
    }
    setBusy(false);
  };
  return (
    <div class="padt">
      <dl class="kv">
        {rows.map(({ alertId, revision, reason, answeredStatus }) => [
          <dt key={`${alertId} ${revision}`}>
            <Glyph name="warning" />
            <a class="rowlink" href={alertHref(alertId)}>
              <bdi>{`${receiver}: ${titleOf(alertId)}`}</bdi>
            </a>
          </dt>,
          <dd class="dim">
            <bdi>{reason === undefined ? 'the reason is not known' : withStatus(reason, answeredStatus)}</bdi>
          </dd>,
        ])}
      </dl>
      {all > rows.length && <p class="hint">{`and ${all - rows.length} more`}</p>}
      <div class="fb padt">
        <Button isAct busy={isBusy ? 'Sending' : undefined} onPress={() => void redrive()}>
          {`Redrive ${all} for ${receiver}`}
        </Button>
      </div>
    </div>
  );
}
