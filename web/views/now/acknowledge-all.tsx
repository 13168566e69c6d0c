import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { acknowledgeAll, outcomeText } from '../../alerts/acknowledge-all.ts';
import type { AlertSummary } from '../../api/types.ts';
import { toast, toastFailure } from '../../frame/toast.tsx';
import { Button } from '../../parts/button.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { Popover } from '../../parts/popover.tsx';

/** A button that acknowledges many alerts after it has asked: the API cannot take that back. */
export function AcknowledgeAll({
  alerts,
  apart,
}: {
  readonly alerts: readonly AlertSummary[];
  /** The number of open alerts that it leaves alone. */
  readonly apart: number;
}): JSX.Element {
  const [tried, setTried] = useState<number | undefined>(undefined);
  const count = alerts.length.toLocaleString('en');
  const run = async (): Promise<void> => {
    setTried(0);
    const outcome = await acknowledgeAll(alerts, setTried);
    setTried(undefined);
    (outcome.failed === 0 ? toast : toastFailure)(outcomeText(outcome));
  };
  return (
    <Popover
      label={`Acknowledge ${count} alerts`}
      trigger={({ isOpen, toggle }) => (
        <Button
          kind="primary"
          isAct
          hasPopup
          isOpen={isOpen}
          onPress={toggle}
          busy={tried === undefined ? undefined : `Acknowledging, ${tried} sent`}
        >
          {alerts.length === 1 ? 'Acknowledge one' : `Acknowledge all ${count}`}
        </Button>
      )}
    >
      {(close) => (
        <>
          <h3>{`Acknowledge ${count} ${alerts.length === 1 ? 'alert' : 'alerts'}?`}</h3>
          <p>
            {`Each is recorded as yours, and on call is not reminded of it. This cannot be taken back.${
              apart === 0
                ? ''
                : ` ${apart.toLocaleString('en')} other open ${apart === 1 ? 'alert is' : 'alerts are'} left alone.`
            }`}
          </p>
          <Confirm does={`Acknowledge ${count}`} onClose={close} onConfirm={() => void run()} />
        </>
      )}
    </Popover>
  );
}
