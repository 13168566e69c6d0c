import { entityKinds, missedKinds, parseEntityPath } from '../functions/shared/domain/entity.ts';
import { matchesBeyond } from '../functions/shared/domain/glob.ts';
import type { Settings } from '../functions/shared/domain/settings.ts';
import { shownText } from '../functions/shared/domain/shown.ts';

/** The characters of a pattern that a warning shows. */
const patternCharactersMax = 200;

/**
 * Returns a warning for each entry that matches nothing, whatever is shipped: a pattern of entities that fits no
 * `cluster/kind/name`, and a pattern where the name of one entity is expected. A pattern may begin with a cluster that the settings
 * do not name, such as that of a replay.
 */
export function unmatchedWarnings(settings: Settings): string[] {
  const { cluster, catalogue, edges, noData } = settings;
  const clusters = [cluster.name, ...cluster.hosts.map((rule) => rule.cluster)];
  const fits = (pattern: string, kinds: readonly string[]): boolean =>
    [...clusters, ...ownCluster(pattern)].some((name) =>
      kinds.some((kind) => matchesBeyond(pattern, `${name}/${kind}/`)),
    );
  const remedy = (kinds: readonly string[]): string =>
    `; expected cluster/kind/name, such as ${cluster.name}/host/*, with a kind of ${kinds.join(', ')}`;
  return [
    ...catalogue.flatMap(({ match: { entity } }, nth) =>
      entity === undefined || fits(entity, entityKinds)
        ? []
        : [`catalogue[${nth}].match.entity: ${text(entity)} matches no entity${remedy(entityKinds)}`],
    ),
    ...edges.flatMap((edge, nth) =>
      (['from', 'to'] as const).flatMap((side) =>
        parseEntityPath(edge[side])?.name.includes('*') === true || edge[side].startsWith('*')
          ? [
              `edges[${nth}].${side}: ${text(edge[side])} is no glob: it is the name of one entity; name each in an edge`,
            ]
          : [],
      ),
    ),
    ...noData.ignore.flatMap((glob, nth) =>
      fits(glob, missedKinds)
        ? []
        : [`noData.ignore[${nth}]: ${text(glob)} matches no entity that is missed${remedy(missedKinds)}`],
    ),
  ].map((warning) => `warning: ${warning}`);
}

/** Returns the cluster that a pattern begins with, if it is no glob. */
function ownCluster(pattern: string): string[] {
  const [first = '', ...rest] = pattern.split('/');
  return rest.length === 0 || first === '' || first.includes('*') ? [] : [first];
}

const text = (pattern: string): string => JSON.stringify(shownText(pattern, patternCharactersMax));
