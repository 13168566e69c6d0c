import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

const listeners = new WeakMap<Element, (width: number) => void>();

/** The one observer of all charts. */
const observer = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) listeners.get(target)?.(Math.round(contentRect.width));
});

/** Returns the width of an element in whole pixels, as it changes; 0 before it is drawn. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const target = element.current;
    if (target === null) return;
    setWidth(Math.round(target.clientWidth));
    listeners.set(target, setWidth);
    observer.observe(target);
    return () => observer.unobserve(target);
  }, [element]);
  return width;
}
