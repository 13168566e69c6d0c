import { type ComponentChildren, Fragment, options, type VNode } from 'preact';
import { escapeOf } from '../../functions/shared/domain/printable.ts';

/**
 * Characters that nobody sees and that turn the text around them, or make two names look alike: marks and controls of direction,
 * and spaces without width. Joiners are part of scripts and emoji, and stay.
 */
const misleading = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;

/** Returns a text with each misleading character as `\u202e`. */
export const visibleText = (text: string): string => text.replace(misleading, escapeOf);

const shown = (child: ComponentChildren): ComponentChildren =>
  typeof child === 'string' ? visibleText(child) : Array.isArray(child) ? child.map(shown) : child;

/** Makes every text that the page draws visible, wherever it comes from. */
export function drawVisibleText(): void {
  const before = options.vnode;
  options.vnode = (node: VNode) => {
    const { type, props } = node as VNode<{ children?: ComponentChildren; title?: unknown }>;
    if (typeof type === 'string' || type === Fragment) {
      props.children = shown(props.children);
      if (typeof props.title === 'string') props.title = visibleText(props.title);
    }
    before?.(node);
  };
}
