import { Fragment, type JSX } from 'preact';
import type { AlertDetail } from '../../api/alert-types.ts';
import { useAnswer } from '../../api/answer.ts';
import type { Entities } from '../../api/data-types.ts';
import { machineHref } from '../../format/links.ts';
import { componentTitle } from '../../format/names.ts';
import { aroundOf } from './around.ts';

const shownMax = 6;

/** The components of the alert, each with a link to its view. */
export function Around({ alert }: { readonly alert: AlertDetail }): JSX.Element {
  const { cluster } = alert.entity;
  const { data } = useAnswer<Entities>('/api/entities', { cluster, limit: 500 });
  const troubles = new Map(data?.entities.map(({ path, trouble }) => [path, trouble]));
  return (
    <section>
      <h2>Around it</h2>
      <dl class="kv">
        {aroundOf(alert, troubles)
          .slice(0, shownMax)
          .map(({ entity, word, tone }) => (
            <Fragment key={`${entity.kind}/${entity.name}`}>
              <dt>
                <a class="rowlink" href={machineHref(entity)}>
                  <bdi>
                    {entity.kind === 'host' ? `Machine ${entity.name}` : componentTitle(entity.kind, entity.name)}
                  </bdi>
                </a>
              </dt>
              <dd class={tone}>{word}</dd>
            </Fragment>
          ))}
        <dt>
          <a class="rowlink" href={`/cluster?cluster=${encodeURIComponent(cluster)}`}>
            <bdi>{`Cluster ${cluster}`}</bdi>
          </a>
        </dt>
        <dd class="dim">map and edges</dd>
      </dl>
    </section>
  );
}
