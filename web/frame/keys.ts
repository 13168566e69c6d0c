import { useLayoutEffect, useRef } from 'preact/hooks';

/** The action of a key. */
export interface KeyAction {
  /** A few words for the list of keys. */
  readonly does: string;
  /** Acts. It returns `false` to leave the key to the browser. */
  readonly run: () => unknown;
}

/** The keys of a component, by their `KeyboardEvent.key`. Two that are pressed one after the other have a space: `g n`. */
export type KeyMap = Readonly<Record<string, KeyAction>>;

const layers: KeyMap[] = [];

/** Milliseconds within which the second of two keys must come. */
const pairMs = 1_500;
let first: { readonly key: string; readonly atMs: number } | undefined;

/** Lets keys act for as long as the component is shown. Those of a component that was shown later come first. */
export function useKeys(keys: KeyMap): void {
  const current = useRef(keys);
  current.current = keys;
  useLayoutEffect(() => {
    const layer: KeyMap = new Proxy(
      {},
      {
        get: (_, key: string) => current.current[key],
        ownKeys: () => Reflect.ownKeys(current.current),
        getOwnPropertyDescriptor: (_, key) => Reflect.getOwnPropertyDescriptor(current.current, key),
      },
    );
    layers.push(layer);
    return () => void layers.splice(layers.indexOf(layer), 1);
  }, []);
}

/** Returns the keys that act now, with what they do. */
export function activeKeys(): readonly (readonly [key: string, does: string])[] {
  const all = new Map(layers.flatMap((layer) => Object.entries(layer)).map(([key, { does }]) => [key, does]));
  return [...all];
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

function actionOf(key: string): KeyAction | undefined {
  return layers.findLast((layer) => layer[key] !== undefined)?.[key];
}

document.addEventListener('keydown', (event) => {
  if (event.altKey || event.defaultPrevented) return;
  const isPalette = event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey);
  if (!isPalette && (event.ctrlKey || event.metaKey)) return;
  if (!isPalette && (isTyping(event.target) || document.querySelector('dialog[open]') !== null)) return;
  // `Esc` closes what floats, and nothing else.
  if (event.key === 'Escape' && document.querySelector(':popover-open') !== null) return;
  const pair = first !== undefined && event.timeStamp - first.atMs < pairMs ? `${first.key} ${event.key}` : undefined;
  first = { key: event.key, atMs: event.timeStamp };
  const action = (pair === undefined ? undefined : actionOf(pair)) ?? actionOf(isPalette ? 'Ctrl K' : event.key);
  if (action === undefined) return;
  if (action.run() === false) return;
  event.preventDefault();
  first = undefined;
});

/** Moves the focus to the next row of the view, or the one before. Rows are the links of lists and tables. */
export function moveRow(step: 1 | -1): void {
  const rows = shownRows();
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step;
  rows[Math.max(0, Math.min(rows.length - 1, next))]?.focus();
}

/** Moves the focus as {@link moveRow} does if it is on a row. Elsewhere an arrow scrolls the page. */
export function moveFromRow(step: 1 | -1): boolean {
  const isOnRow = shownRows().includes(document.activeElement as HTMLElement);
  if (isOnRow) moveRow(step);
  return isOnRow;
}

function shownRows(): readonly HTMLElement[] {
  const rows = document.querySelectorAll<HTMLElement>('main .arow .t a, main .rowlink, main [data-row]');
  return [...rows].filter((row) => row.offsetParent !== null);
}

/** Moves the focus to the field that finds within the view. */
export function findInView(): void {
  document.querySelector<HTMLElement>('main [data-find]')?.focus();
}
