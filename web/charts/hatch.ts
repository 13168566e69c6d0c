import { useLayoutEffect } from 'preact/hooks';

const id = 'hatch';
/** The fill of a time without data. */
export const hatchFill = `url(#${id})`;

const space = 'http://www.w3.org/2000/svg';

function svg(name: string, attributes: Readonly<Record<string, string>>, ...children: readonly Element[]): SVGElement {
  const element = document.createElementNS(space, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** Adds the pattern of {@link hatchFill} to the page once, for all charts. */
export function useHatch(): void {
  useLayoutEffect(() => {
    if (document.getElementById(id) !== null) return;
    const size = { width: '6', height: '6', patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' };
    const pattern = svg('pattern', { id, ...size }, svg('path', { d: 'M0 0V6', class: 'hatchline' }));
    document.body.append(svg('svg', { width: '0', height: '0', class: 'defs', 'aria-hidden': 'true' }, pattern));
  }, []);
}
