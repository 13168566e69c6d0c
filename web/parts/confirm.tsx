import type { JSX } from 'preact';
import { Button } from './button.tsx';

/** The end of a popover that asks before something is changed: `Cancel`, and what is done once the popover is closed. */
export function Confirm({
  does,
  isDisabled,
  onClose,
  onConfirm,
}: {
  /** The words of what is done, such as `Resolve anyway`. */
  readonly does: string;
  readonly isDisabled?: boolean;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
}): JSX.Element {
  const confirm = (): void => {
    onClose();
    onConfirm();
  };
  return (
    <div class="end">
      <Button kind="quiet" onPress={onClose}>
        Cancel
      </Button>
      <Button kind="primary" isAct isDisabled={isDisabled} onPress={confirm}>
        {does}
      </Button>
    </div>
  );
}
