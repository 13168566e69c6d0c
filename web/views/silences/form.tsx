import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { isPreviewOf, usePreview } from '../../alerts/preview.ts';
import { silence } from '../../alerts/send.ts';
import { endOf } from '../../alerts/silence-end.ts';
import { UntilChoice, untilText } from '../../alerts/until.tsx';
import { query, setQuery } from '../../frame/address.ts';
import { now } from '../../frame/clock.ts';
import { useOverview } from '../../frame/overview.ts';
import { cluster as chosenCluster, zone } from '../../frame/where.ts';
import { Button } from '../../parts/button.tsx';
import { draft, draftOf, emptyDraft } from './draft.ts';
import { addTyped, MatcherField } from './matcher-field.tsx';
import { Preview } from './preview.tsx';

/** The form of a new silence, which shows what it would mute while it is written. */
export function SilenceForm(): JSX.Element {
  useQueryDraft();
  const { matchers, typed, until, note } = draft.value;
  const cluster = useCluster();
  // The end is that of the minute, so that the question does not change each second.
  const fromMs = Math.floor(now.value / 60_000) * 60_000;
  const endsAtMs = endOf(until, fromMs, zone.value);
  const wanted = { cluster, matchers: Object.fromEntries(matchers), endsAtMs };
  const answer = usePreview(cluster === '' ? undefined : wanted);
  const untilWords = untilText(endsAtMs, now.value);
  const isTyping = typed.trim() !== '';
  // What is typed belongs to the silence: it becomes a matcher first, and only what the preview shows can be started.
  const canStart = (isTyping || isPreviewOf(answer, wanted)) && cluster !== '' && endsAtMs > now.value;
  const start = async (): Promise<void> => {
    if (isTyping) {
      addTyped();
      return;
    }
    if (await silence([{ ...wanted, ...(note.trim() !== '' && { note: note.trim() }) }], untilWords)) {
      draft.value = emptyDraft;
    }
  };
  return (
    <aside class="rail form" aria-label="New silence">
      <section>
        <h2>New silence</h2>
        <ClusterField cluster={cluster} />
        <MatcherField />
        <p class="flabel">Until</p>
        <UntilChoice
          value={until}
          fromMs={fromMs}
          onChoose={(chosen) => {
            draft.value = { ...draft.value, until: chosen };
          }}
        />
        <label class="flabel" for="why">
          Why
        </label>
        <input
          id="why"
          class="inp"
          maxLength={1_024}
          placeholder="For the person who looks next"
          value={note}
          onInput={(event) => {
            draft.value = { ...draft.value, note: event.currentTarget.value };
          }}
        />
      </section>
      <Preview answer={answer} hasMatchers={matchers.length > 0} />
      <div class="fend">
        <Button
          kind="quiet"
          onPress={() => {
            draft.value = emptyDraft;
          }}
        >
          Clear
        </Button>
        <Button kind="primary" isAct isDisabled={!canStart} onPress={() => void start()}>
          {`Silence until ${untilWords}`}
        </Button>
      </div>
    </aside>
  );
}

/** Fills in the matchers that the address names, such as `?match=name=node-c`. */
function useQueryDraft(): void {
  useEffect(() => {
    const texts = query.peek().getAll('match');
    if (texts.length === 0) return;
    draft.value = draftOf(texts);
    setQuery({ match: undefined });
  }, []);
}

/** Returns the cluster of the silence: that of the draft, of the head, or the first that is known. */
function useCluster(): string {
  const clusters = useOverview().data?.clusters ?? [];
  return draft.value.cluster || chosenCluster.value || (clusters.length > 0 ? clusters[0]! : '');
}

function ClusterField({ cluster }: { readonly cluster: string }): JSX.Element | null {
  const clusters = useOverview().data?.clusters ?? [];
  if (clusters.length < 2) return null;
  return (
    <>
      <label class="flabel" for="cluster">
        Cluster
      </label>
      <select
        id="cluster"
        class="inp"
        value={cluster}
        onChange={(event) => {
          draft.value = { ...draft.value, cluster: event.currentTarget.value };
        }}
      >
        {clusters.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </>
  );
}
