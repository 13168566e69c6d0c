import './popover.css';
import type { ComponentChildren, JSX } from 'preact';
import { useCallback, useEffect, useId, useRef, useState } from 'preact/hooks';

interface PopoverProps {
  readonly label: string;
  /** The button that opens it. */
  readonly trigger: (opener: { readonly isOpen: boolean; readonly toggle: () => void }) => ComponentChildren;
  /** The content, which is made only while it is open. */
  readonly children: (close: () => void) => ComponentChildren;
  readonly class?: string;
  /** A number that opens it when it rises, for a key. */
  readonly openings?: number;
}

/** The distance of a popover from its button and from the edges of the window. Pixels. */
const gap = 6;
const margin = 8;

/**
 * A floating part under its button, on a phone a sheet at the bottom. It uses the browser's own popover: `Esc` or a press
 * outside closes it, and the focus returns to its button.
 */
export function Popover({ label, trigger, children, class: extra = '', openings = 0 }: PopoverProps): JSX.Element {
  const id = useId();
  const anchor = useRef<HTMLSpanElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  const close = useCallback(() => panel.current?.hidePopover(), []);
  const open = useCallback(() => {
    const [button, box] = [anchor.current, panel.current];
    if (button === null || box === null) return;
    box.showPopover();
    place(box, button.getBoundingClientRect());
  }, []);
  useEffect(() => {
    if (openings > 0) open();
  }, [openings, open]);
  useEffect(() => {
    if (!isOpen || panel.current === null) return;
    place(panel.current, anchor.current!.getBoundingClientRect());
    panel.current.querySelector<HTMLElement>('[data-first], input, button')?.focus();
  }, [isOpen]);
  return (
    <span class="popw" ref={anchor}>
      {trigger({ isOpen, toggle: () => (isOpen ? close() : open()) })}
      <div
        id={id}
        ref={panel}
        popover="auto"
        class={`pop ${extra}`.trim()}
        role="dialog"
        aria-label={label}
        onToggle={(event) => {
          setOpen(event.newState === 'open');
          // A key opened it: the browser knows no element to which the focus returns, and leaves it in what is hidden now.
          const focused = document.activeElement;
          const isLost = focused === document.body || panel.current?.contains(focused) === true;
          if (event.newState === 'closed' && isLost) buttonOf(anchor.current!)?.focus();
        }}
      >
        {isOpen && children(close)}
      </div>
    </span>
  );
}

/** Returns the button that opens the popover: the trigger may have others beside it, and hide one on a phone. */
function buttonOf(anchor: HTMLElement): HTMLElement | undefined {
  const isShown = (button: HTMLElement): boolean => button.offsetParent !== null;
  return [...anchor.querySelectorAll<HTMLElement>('button[aria-haspopup]')].find(isShown);
}

/** Puts a box under its button, within the window. On a phone the style sheet puts it at the bottom. */
function place(box: HTMLElement, button: DOMRect): void {
  const widest = document.documentElement.clientWidth;
  const left = Math.max(margin, Math.min(button.left, widest - box.offsetWidth - margin));
  const below = button.bottom + gap;
  const isRoomBelow = below + box.offsetHeight <= innerHeight - margin;
  const top = isRoomBelow ? below : Math.max(margin, button.top - gap - box.offsetHeight);
  box.style.setProperty('--left', `${left}px`);
  box.style.setProperty('--top', `${top}px`);
}
