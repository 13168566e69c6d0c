import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { comment } from '../../alerts/send.ts';
import type { AlertDetail } from '../../api/alert-types.ts';
import { bothZonesText, momentText } from '../../format/moment.ts';
import { now } from '../../frame/clock.ts';
import { zone } from '../../frame/where.ts';
import { Button, needsRole } from '../../parts/button.tsx';

const lengthMax = 4_096;

/** The comments of people, and a field for more. `Ctrl Enter` sends it. */
export function Comments({ alert }: { readonly alert: AlertDetail }): JSX.Element {
  const [text, setText] = useState('');
  const [isSending, setSending] = useState(false);
  // At once, not with the next drawing: a second `Ctrl Enter` may come before it.
  const isBusy = useRef(false);
  const field = useRef<HTMLTextAreaElement>(null);
  // A replay that has ended is forgotten: the server would accept the comment and keep nothing.
  const isForgotten = alert.scope !== 'live' && alert.status === 'resolved';
  const add = async (): Promise<void> => {
    if (text.trim() === '' || isForgotten || isBusy.current) return;
    isBusy.current = true;
    setSending(true);
    if (await comment({ id: alert.id, cluster: alert.entity.cluster }, text.trim())) {
      setText('');
      // The keys of the view work again.
      field.current?.blur();
    }
    isBusy.current = false;
    setSending(false);
  };
  return (
    <section>
      <h2>Comments</h2>
      <ul class="comments">
        {alert.comments.map((one) => (
          <li key={one.id}>
            <p class="dim">
              <b>
                <bdi>{one.by}</bdi>
              </b>{' '}
              <time dateTime={new Date(one.atMs).toISOString()} title={bothZonesText(one.atMs)}>
                {momentText(one.atMs, zone.value, now.value)}
              </time>
            </p>
            <p class="said">
              <bdi>{one.text}</bdi>
            </p>
          </li>
        ))}
      </ul>
      <label class="sr" for="comment">
        Comment
      </label>
      <textarea
        ref={field}
        id="comment"
        rows={2}
        maxLength={lengthMax}
        placeholder="What did you find?"
        value={text}
        disabled={isForgotten || needsRole() !== undefined}
        title={needsRole()}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Enter' && (event.ctrlKey || event.metaKey) && void add()}
      />
      {isForgotten && <p class="hint">The recording has ended: nothing more is kept of its alerts.</p>}
      <div class="fend">
        <Button
          isAct
          isDisabled={isForgotten || text.trim() === ''}
          busy={isSending ? 'Sending' : undefined}
          onPress={() => void add()}
        >
          Comment
        </Button>
      </div>
    </section>
  );
}
