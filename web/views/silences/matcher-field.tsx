import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { Matcher } from '../../parts/matcher.tsx';
import { draft, type MatcherPair, withTyped } from './draft.ts';

/** The reason why what is typed is no matcher; empty while nobody asked for one. */
const fault = signal('');

/** Makes a matcher of what is typed, or says why it is none. */
export function addTyped(): void {
  const next = withTyped(draft.peek());
  if ('fault' in next) fault.value = next.fault;
  else {
    fault.value = '';
    draft.value = next;
  }
}

const put = (matchers: readonly MatcherPair[]): void => {
  draft.value = { ...draft.peek(), matchers };
};

/** The matchers of the silence that is being written, and the field for the next one. */
export function MatcherField(): JSX.Element {
  const { matchers, typed } = draft.value;
  const isWrong = fault.value !== '' && typed.trim() !== '';
  return (
    <>
      <label class="flabel" for="matcher">
        Alerts whose labels match all of
      </label>
      <div class="mbox">
        <span class="chipset">
          {matchers.map(([label, pattern]) => (
            <Matcher
              key={label}
              label={label}
              pattern={pattern}
              onRemove={() => put(matchers.filter(([other]) => other !== label))}
            />
          ))}
        </span>
        <input
          id="matcher"
          class="bare"
          data-find
          placeholder="label=text or glob"
          aria-describedby={isWrong ? 'matcher-fault matcher-hint' : 'matcher-hint'}
          aria-invalid={isWrong}
          autocomplete="off"
          spellcheck={false}
          value={typed}
          onInput={(event) => {
            fault.value = '';
            draft.value = { ...draft.peek(), typed: event.currentTarget.value };
          }}
          onBlur={addTyped}
          onKeyDown={(event) => {
            if (event.key === 'Enter') {
              event.preventDefault();
              addTyped();
            } else if (event.key === 'Backspace' && typed === '') put(matchers.slice(0, -1));
          }}
        />
      </div>
      {isWrong && (
        <p class="hint crit" id="matcher-fault" role="alert">
          {fault.value}
        </p>
      )}
      <p class="hint" id="matcher-hint">
        Labels: cluster, kind, name, entity, metric, dataset, severity, and dimensions such as device. <code>*</code>{' '}
        stands for any text, <code>[*]</code> for an asterisk. Enter adds one, Backspace removes the last.
      </p>
    </>
  );
}
