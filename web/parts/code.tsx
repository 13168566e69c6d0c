import './code.css';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { copyText } from './copy.ts';

/**
 * A block of code with a button that copies it.
 * @param mark a part of the text that is shown on a tint
 */
export function Code({ text, mark }: { readonly text: string; readonly mark?: string | undefined }): JSX.Element {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => setCopied(false), [text]);
  const at = mark === undefined || mark === '' ? -1 : text.indexOf(mark);
  return (
    <div class="copyw">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls can be scrolled with the keyboard */}
      <pre class="code" tabIndex={0}>
        {at < 0 ? (
          text
        ) : (
          <>
            {text.slice(0, at)}
            <mark>{mark}</mark>
            {text.slice(at + mark!.length)}
          </>
        )}
      </pre>
      <button
        type="button"
        class="btn"
        onClick={async () => {
          await copyText(text);
          setCopied(true);
        }}
      >
        <span aria-live="polite">{isCopied ? 'Copied' : 'Copy'}</span>
      </button>
    </div>
  );
}
