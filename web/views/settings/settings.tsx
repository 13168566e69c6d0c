import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useAnswer } from '../../api/answer.ts';
import type { Setting, SettingsInForce } from '../../api/operation-types.ts';
import { query, setQuery } from '../../frame/address.ts';
import { Choice } from '../../parts/button.tsx';
import { Secret } from '../../parts/secret.tsx';
import { Section } from '../../parts/section.tsx';
import { Sentence } from '../../parts/sentence.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { settingText, valueText } from './value-text.ts';
import './settings.css';
import '../../parts/rail.css';

/** Answers what is set, and where it comes from. */
export function SettingsView(): JSX.Element {
  const answer = useAnswer<SettingsInForce>('/api/settings', {}, { refresh: 'once' });
  return (
    <Answered answer={answer} what="The settings" rows={10}>
      {(data) => <Page data={data} />}
    </Answered>
  );
}

/** States whether a setting differs from its default. A variable that is not set does not. */
const isChanged = ({ source, isSet }: Setting): boolean => source !== 'default' && isSet !== false;

const partOf = ({ path, source }: Setting): string =>
  source === 'environment' && !path.includes('.') ? 'environment' : path.split('.')[0]!;

function Page({ data: { file, entries } }: { readonly data: SettingsInForce }): JSX.Element {
  const isOnlyChanged = query.value.get('show') === 'changed';
  const [find, setFind] = useState('');
  const shown = entries
    .filter((entry) => !isOnlyChanged || isChanged(entry))
    .filter(({ path }) => path.toLowerCase().includes(find.trim().toLowerCase()));
  const parts = Map.groupBy(shown, partOf);
  const changed = entries.filter(isChanged).length;
  return (
    <>
      <Situation file={file} changed={changed} count={entries.length} isOnlyChanged={isOnlyChanged} />
      <div class="setgrid">
        <nav class="toc" aria-label="Parts">
          <input
            class="inp"
            type="search"
            data-find
            aria-label="Find a setting"
            placeholder="Find a setting"
            value={find}
            onInput={(event) => setFind(event.currentTarget.value)}
          />
          {[...parts].map(([part, own]) => (
            <a key={part} href={`#${part}`}>
              {part} <span>{`${own.filter(isChanged).length} of ${own.length}`}</span>
            </a>
          ))}
          <p class="hint">File</p>
          <p class="mono">{file ?? 'none: all are defaults or of the environment'}</p>
        </nav>
        <div>
          {[...parts].map(([part, own]) => (
            <Part key={part} part={part} entries={own} file={file} />
          ))}
          {parts.size === 0 && <Empty title="No setting matches">Take the filter away to see all.</Empty>}
        </div>
      </div>
    </>
  );
}

function Situation({
  file,
  changed,
  count,
  isOnlyChanged,
}: {
  readonly file: string | undefined;
  readonly changed: number;
  readonly count: number;
  readonly isOnlyChanged: boolean;
}): JSX.Element {
  const from =
    file === undefined ? 'No settings file is in force' : `The settings of ${file} and the environment are in force`;
  const say = `${from}; ${changed} of ${count} differ from the default.`;
  return (
    <Sentence
      glyph="ok"
      isSmall
      say={<bdi>{say}</bdi>}
      sub="Bold differs from the default. This page only reads. To change a setting, edit the line named beside it and start again; a file with an error is refused."
      meaning={say}
      actions={
        <Choice
          label="Which"
          value={isOnlyChanged ? 'changed' : 'all'}
          onChoose={(value) => setQuery({ show: value === 'changed' ? 'changed' : undefined })}
          options={[
            { value: 'all', text: 'All' },
            { value: 'changed', text: 'Changed' },
          ]}
        />
      }
    />
  );
}

function Part({
  part,
  entries,
  file,
}: {
  readonly part: string;
  readonly entries: readonly Setting[];
  readonly file: string | undefined;
}): JSX.Element {
  return (
    <Section id={part} title={part}>
      <table class="sett" aria-label={part}>
        <thead>
          <tr>
            <th scope="col">Setting</th>
            <th scope="col">In force</th>
            <th scope="col">From</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.path} class={isChanged(entry) ? 'l1 ch' : 'l1'}>
              <td class="mono" title={entry.description}>
                <bdi>{entry.path}</bdi>
              </td>
              <td class="mono">
                <Value setting={entry} />
              </td>
              <td class="fr">
                <From setting={entry} file={file} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

function Value({ setting }: { readonly setting: Setting }): JSX.Element {
  if (setting.isSecret) return <Secret isSet={setting.isSet === true} />;
  const text = settingText(setting);
  return isChanged(setting) ? (
    <b>
      <bdi>{text}</bdi>
    </b>
  ) : (
    <bdi>{text}</bdi>
  );
}

function From({
  setting: { source, line, variable },
  file,
}: {
  readonly setting: Setting;
  readonly file: string | undefined;
}): JSX.Element {
  if (source === 'default') return <span class="faint">default</span>;
  if (source === 'environment') return <span class="mono">{`env ${variable ?? ''}`}</span>;
  const name = file?.split('/').at(-1) ?? 'offbeat.yaml';
  return <span class="mono">{line === undefined ? name : `${name}:${valueText(line)}`}</span>;
}
