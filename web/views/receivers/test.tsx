import type { JSX } from 'preact';
import { postJson } from '../../api/client.ts';
import type { ReceiverTest } from '../../api/operation-types.ts';
import { clockText } from '../../format/moment.ts';
import { quantityText } from '../../format/quantity.ts';
import { toastFailure } from '../../frame/toast.tsx';
import { zone } from '../../frame/where.ts';
import { Section } from '../../parts/section.tsx';
import { Status } from '../../parts/tag.tsx';

/** A test of a receiver; without its answer while it is on its way. */
export interface TestResult {
  readonly name: string;
  readonly atMs: number;
  readonly answer?: ReceiverTest;
}

/** Sends a test message to a receiver and reports its answer. */
export async function sendTest(name: string, onResult: (result: TestResult | undefined) => void): Promise<void> {
  const begun = { name, atMs: Date.now() };
  onResult(begun);
  try {
    const answer = await postJson<ReceiverTest>(`/api/receivers/${encodeURIComponent(name)}/test`, {});
    onResult({ ...begun, answer });
  } catch (error) {
    onResult(undefined);
    toastFailure(`Test of ${name}: ${(error as Error).message}`);
  }
}

/** The full answer to a test. */
export function TestAnswer({ result: { name, atMs, answer } }: { readonly result: TestResult }): JSX.Element | null {
  if (answer === undefined) return null;
  const { ok, status, answer: text, tookMs } = answer;
  return (
    <Section title={`Test of ${name}`} note={`sent ${clockText(atMs, zone.value)}`}>
      <p class="answer" role="status">
        <Status glyph={ok ? 'ok' : 'down'} tone={ok ? 'ok' : 'crit'}>
          {`${ok ? 'Accepted' : 'Refused'}${status === undefined ? '' : `, ${status}`}`}
        </Status>
        <span class="dim">{`in ${quantityText(tookMs, 'ms')}`}</span>
      </p>
      {text !== '' && <pre class="code">{text}</pre>}
      <p class="hint">A test is marked as a test, opens nothing, and is not tried again.</p>
    </Section>
  );
}
