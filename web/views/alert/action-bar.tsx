import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { isPending } from '../../alerts/asked.ts';
import { acknowledge, resolve } from '../../alerts/send.ts';
import { SilencePopover } from '../../alerts/silence-popover.tsx';
import { stillOffText } from '../../alerts/still-off.ts';
import { acknowledgedIn } from '../../alerts/trace-words.ts';
import type { AlertDetail } from '../../api/alert-types.ts';
import { clockText } from '../../format/moment.ts';
import { query, setQuery } from '../../frame/address.ts';
import { useKeys } from '../../frame/keys.ts';
import { me } from '../../frame/me.ts';
import { viewCommands } from '../../frame/palette.tsx';
import { toast } from '../../frame/toast.tsx';
import { zone } from '../../frame/where.ts';
import { Button } from '../../parts/button.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { copyText } from '../../parts/copy.ts';
import { Popover } from '../../parts/popover.tsx';
import { titleOf } from './sentence.tsx';

/** The actions of an alert. On a phone they stay above the tabs. */
export function ActionBar({ alert }: { readonly alert: AlertDetail }): JSX.Element {
  const [silences, setSilences] = useState(query.peek().get('do') === 'silence' ? 1 : 0);
  const [resolves, setResolves] = useState(0);
  const title = titleOf(alert);
  const target = { id: alert.id, cluster: alert.entity.cluster };
  const isOver = alert.status === 'resolved';
  const take = (): void => {
    if (alert.status === 'open' && me.value.canAct) void acknowledge([target], title);
  };
  const askToResolve = (): void => {
    if (!isOver && me.value.canAct) setResolves(resolves + 1);
  };
  useKeys({
    a: { does: 'acknowledge', run: take },
    s: { does: 'silence', run: () => me.value.canAct && setSilences(silences + 1) },
    r: { does: 'resolve', run: askToResolve },
    c: { does: 'comment', run: focusComment },
  });
  useEffect(() => {
    if (query.peek().has('do')) setQuery({ do: undefined });
    viewCommands.value =
      alert.status === 'open' && me.value.canAct
        ? [{ glyph: 'ok', title: 'Acknowledge it', hint: 'a', run: take }]
        : [];
    return () => {
      viewCommands.value = [];
    };
  }, [alert.status, me.value.canAct]);
  return (
    <div class="actbar">
      <AcknowledgeButton alert={alert} onPress={take} />
      <SilencePopover id={alert.id} cluster={alert.entity.cluster} parts={alert.suspects} openings={silences} />
      <ResolveButton alert={alert} openings={resolves} onResolve={() => void resolve(target, title)} />
      <Button isAct onPress={focusComment} hotkey="c">
        Comment
      </Button>
      <Button kind="quiet" class="push hide-m" onPress={() => void copyLink()}>
        Copy link
      </Button>
    </div>
  );
}

function focusComment(): void {
  document.querySelector<HTMLElement>('#comment')?.focus();
}

async function copyLink(): Promise<void> {
  await copyText(location.origin + location.pathname);
  toast('Link copied');
}

function AcknowledgeButton({
  alert,
  onPress,
}: {
  readonly alert: AlertDetail;
  readonly onPress: () => void;
}): JSX.Element | null {
  const taken = acknowledgedIn(alert.trace);
  if (alert.status === 'open' && !isPending(alert.id, 'ack')) {
    return (
      <Button kind="primary" isAct onPress={onPress} hotkey="a">
        Acknowledge
      </Button>
    );
  }
  if (alert.status === 'resolved' && taken === undefined) return null;
  return (
    <Button isDisabled>
      Acknowledged
      {taken !== undefined && (
        <time dateTime={new Date(taken.atMs).toISOString()}>{` ${clockText(taken.atMs, zone.value)}`}</time>
      )}
    </Button>
  );
}

/** The button that resolves. It asks only while something is still outside its expected range. */
function ResolveButton({
  alert,
  openings,
  onResolve,
}: {
  readonly alert: AlertDetail;
  readonly openings: number;
  readonly onResolve: () => void;
}): JSX.Element {
  const outside = alert.evidence.filter(({ anomaly }) => anomaly.state === 'open').length;
  const isOver = alert.status === 'resolved';
  useEffect(() => {
    if (openings > 0 && outside === 0) onResolve();
  }, [openings]);
  if (outside === 0 || isOver) {
    return (
      <Button isAct isDisabled={isOver} onPress={onResolve} hotkey="r">
        {isOver ? 'Resolved' : 'Resolve'}
      </Button>
    );
  }
  return (
    <Popover
      label="Resolve"
      openings={openings}
      trigger={({ isOpen, toggle }) => (
        <Button isAct hasPopup isOpen={isOpen} onPress={toggle} hotkey="r">
          Resolve
        </Button>
      )}
    >
      {(close) => (
        <>
          <h3>Resolve it now?</h3>
          <p>{stillOffText(outside)}</p>
          <Confirm does="Resolve anyway" onClose={close} onConfirm={onResolve} />
        </>
      )}
    </Popover>
  );
}
