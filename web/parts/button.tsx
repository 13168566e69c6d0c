import './button.css';
import type { ComponentChildren, JSX } from 'preact';
import { me } from '../frame/me.ts';
import { Glyph } from './glyph.tsx';

interface ButtonProps {
  readonly children: ComponentChildren;
  readonly onPress?: (() => void) | undefined;
  /** The weight of the button. At most one button of a view is `primary`. */
  readonly kind?: 'primary' | 'plain' | 'quiet';
  /** Marks a button that changes something: it is disabled for those who may only read. */
  readonly isAct?: boolean;
  /** The word while it is at work, such as `Sending`. */
  readonly busy?: string | undefined;
  readonly isDisabled?: boolean | undefined;
  readonly class?: string | undefined;
  /** The key that presses it. */
  readonly hotkey?: string;
  readonly type?: 'button' | 'submit';
  readonly label?: string | undefined;
  readonly title?: string | undefined;
  readonly isPressed?: boolean | undefined;
  readonly hasPopup?: boolean;
  readonly isOpen?: boolean;
}

/** States why a person may not act; `undefined` if that person may. */
export const needsRole = (): string | undefined =>
  me.value.canAct ? undefined : `Needs the role operator; you are ${me.value.role}.`;

/** A button. One that a person may not use stays in its place, is disabled, and names the role. */
export function Button(props: ButtonProps): JSX.Element {
  const { kind = 'plain', isAct = false, busy, hotkey } = props;
  const refusal = isAct ? needsRole() : undefined;
  const isDisabled = refusal !== undefined || busy !== undefined || props.isDisabled === true;
  return (
    <button
      type={props.type ?? 'button'}
      class={['btn', kind === 'plain' ? '' : kind, props.class ?? ''].filter(Boolean).join(' ')}
      disabled={isDisabled}
      title={refusal ?? props.title}
      aria-label={props.label}
      aria-busy={busy !== undefined || undefined}
      aria-pressed={props.isPressed}
      aria-haspopup={props.hasPopup ? 'dialog' : undefined}
      aria-expanded={props.hasPopup ? props.isOpen : undefined}
      aria-keyshortcuts={hotkey}
      onClick={() => props.onPress?.()}
    >
      {refusal !== undefined && <Glyph name="lock" size={12} />}
      {busy ?? props.children}
      {hotkey !== undefined && refusal === undefined && <kbd>{hotkey}</kbd>}
    </button>
  );
}

/** A row of buttons of which one is chosen. */
export function Choice<T extends string>({
  label,
  options,
  value,
  onChoose,
  isFull = false,
}: {
  readonly label: string;
  readonly options: readonly { readonly value: T; readonly text: string }[];
  readonly value: T;
  readonly onChoose: (value: T) => void;
  readonly isFull?: boolean;
}): JSX.Element {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has a layout of its own that a row of buttons must undo
    <span class={isFull ? 'seg full' : 'seg'} role="group" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChoose(option.value)}
        >
          {option.text}
        </button>
      ))}
    </span>
  );
}
