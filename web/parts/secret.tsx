import type { JSX } from 'preact';
import { Glyph } from './glyph.tsx';

/** A secret, which is shown to nobody. It says only whether it is set. */
export function Secret({ isSet }: { readonly isSet: boolean }): JSX.Element {
  return (
    <span class={isSet ? 'mask' : 'mask warn'}>
      <Glyph name="lock" size={12} />
      {isSet ? 'set, not shown' : 'not set'}
    </span>
  );
}
