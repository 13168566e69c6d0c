import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import './toast.css';

interface Note {
  readonly id: number;
  readonly text: string;
  readonly undo?: (() => void) | undefined;
  readonly isFailure: boolean;
}

/** Milliseconds for which a note about what the person just did is shown, and one about a failure. */
const shownMs = 5_000;
const failureShownMs = 12_000;

const notes = signal<readonly Note[]>([]);
let count = 0;

/**
 * Shows what the person just did, for 5 s.
 * @param undo what takes it back; without it no `Undo` is offered
 */
export function toast(text: string, undo?: () => void): void {
  add({ id: ++count, text, undo, isFailure: false }, shownMs);
}

/** Shows why what the person did has failed. */
export function toastFailure(text: string): void {
  add({ id: ++count, text, isFailure: true }, failureShownMs);
}

function add(note: Note, forMs: number): void {
  notes.value = [...notes.value.slice(-2), note];
  window.setTimeout(() => close(note.id), forMs);
}

function close(id: number): void {
  notes.value = notes.value.filter((note) => note.id !== id);
}

/** The notes at the bottom left. */
export function Toasts(): JSX.Element {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {notes.value.map(({ id, text, undo, isFailure }) => (
        <p key={id} class={isFailure ? 'toast err' : 'toast'}>
          <span>{text}</span>
          {undo !== undefined && (
            <button
              type="button"
              onClick={() => {
                close(id);
                undo();
              }}
            >
              Undo
            </button>
          )}
          <button type="button" aria-label="Close" onClick={() => close(id)}>
            ×
          </button>
        </p>
      ))}
    </div>
  );
}
