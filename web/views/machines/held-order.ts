import { useRef, useState } from 'preact/hooks';

/** Rows in the order in which they are shown, and how many would stand elsewhere. */
export interface HeldOrder<Row> {
  readonly rows: readonly Row[];
  readonly moved: number;
  /** Shows the rows in their own order. */
  readonly release: () => void;
  /** Attributes of the list: while the pointer or the focus is on it, rows stay where they are. */
  readonly hold: {
    readonly onPointerEnter: () => void;
    readonly onPointerLeave: () => void;
    readonly onFocusCapture: () => void;
    readonly onBlurCapture: () => void;
  };
}

/**
 * Returns rows in an order that was seen before; new rows come last.
 * @param order the keys of the rows as they were
 */
export function inHeldOrder<Row>(rows: readonly Row[], keyOf: (row: Row) => string, order: readonly string[]): Row[] {
  const places = new Map(order.map((key, nth) => [key, nth]));
  return rows.toSorted((a, b) => (places.get(keyOf(a)) ?? order.length) - (places.get(keyOf(b)) ?? order.length));
}

/** Keeps rows in their places while a person points at their list or moves in it. */
export function useHeldOrder<Row>(rows: readonly Row[], keyOf: (row: Row) => string): HeldOrder<Row> {
  const [isPointed, setPointed] = useState(false);
  const [isFocused, setFocused] = useState(false);
  const order = useRef<readonly string[]>([]);
  const keys = rows.map(keyOf);
  if (!isPointed && !isFocused) order.current = keys;
  const shown = inHeldOrder(rows, keyOf, order.current);
  const [, redraw] = useState(0);
  return {
    rows: shown,
    moved: shown.filter((row, nth) => keyOf(row) !== keys[nth]).length,
    release: () => {
      order.current = keys;
      redraw((count) => count + 1);
    },
    hold: {
      onPointerEnter: () => setPointed(true),
      onPointerLeave: () => setPointed(false),
      onFocusCapture: () => setFocused(true),
      onBlurCapture: () => setFocused(false),
    },
  };
}
