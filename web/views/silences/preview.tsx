import type { JSX } from 'preact';
import type { PreviewAnswer } from '../../alerts/preview.ts';
import { alertTitle } from '../../format/alert-title.ts';
import { alertHref } from '../../format/links.ts';
import { Glyph } from '../../parts/glyph.tsx';

/** The most alerts that the preview lists. */
const listedMax = 8;

/** Shows what the silence would mute now, and would have muted in 30 days. */
export function Preview({
  answer: { preview, problem },
  hasMatchers,
}: {
  readonly answer: PreviewAnswer;
  readonly hasMatchers: boolean;
}): JSX.Element {
  return (
    <section class="prev" aria-live="polite">
      <h2>It would mute</h2>
      {!hasMatchers && (
        <p class="hint">Add a matcher. A silence without one would mute everything, so it cannot be started.</p>
      )}
      {hasMatchers && problem !== undefined && <p class="hint">{`That is not known: ${problem.message}`}</p>}
      {hasMatchers && preview !== undefined && (
        <>
          <p class="pn">
            <b>{preview.openCount}</b> {`open ${preview.openCount === 1 ? 'alert' : 'alerts'}`}
            <span>{`${preview.past30Days.count} of the last 30 days`}</span>
          </p>
          <ul class="plist">
            {preview.open.slice(0, listedMax).map((alert) => (
              <li key={alert.id}>
                <Glyph name={alert.severity} size={14} />
                <a class="rowlink" href={alertHref(alert.id)}>
                  <bdi>{alertTitle(alert)}</bdi>
                </a>
              </li>
            ))}
          </ul>
          {preview.openCount > listedMax && <p class="hint">{`and ${preview.openCount - listedMax} more`}</p>}
          {preview.openCount === 0 && (
            <p class="hint">Nothing matches now. The silence still applies to what opens later.</p>
          )}
          <Warnings of={preview} />
        </>
      )}
    </section>
  );
}

function Warnings({ of: preview }: { readonly of: NonNullable<PreviewAnswer['preview']> }): JSX.Element {
  const isCritical = preview.open.some(({ severity }) => severity === 'critical');
  const { critical } = preview.past30Days;
  const texts = [
    ...(isCritical ? ['An open one is critical: on call is not paged for it.'] : []),
    ...(critical > 0 ? [`${critical} of the last 30 days ${critical === 1 ? 'was' : 'were'} critical.`] : []),
    ...preview.warnings,
  ];
  return (
    <>
      {texts.map((text) => (
        <p key={text} class="hint warnline">
          <Glyph name="warning" size={14} />
          <span>
            <bdi>{text}</bdi>
          </span>
        </p>
      ))}
    </>
  );
}
