import type { AlertDetail } from '../../api/alert-types.ts';
import type { Trouble } from '../../api/types.ts';

/** A component of an alert, and how it is now. */
export interface Neighbour {
  readonly entity: AlertDetail['entity'];
  readonly word: string;
  readonly tone: 'crit' | 'warn' | 'dim';
}

const tones: Readonly<Record<string, Neighbour['tone']>> = { critical: 'crit', warning: 'warn' };

/**
 * Returns the components of an alert with how each is now. One of which a series is still off is not normal, although no alert of it
 * is open: somebody may have resolved the alert before.
 * @param troubles what open alerts say about components, by their paths; a component without samples lately has none
 */
export function aroundOf(
  { suspects, evidence }: Pick<AlertDetail, 'suspects' | 'evidence'>,
  troubles: ReadonlyMap<string, Trouble>,
): Neighbour[] {
  const off = new Set(
    evidence.filter(({ anomaly }) => anomaly.state === 'open').map(({ anomaly }) => pathOf(anomaly.series.entity)),
  );
  return suspects.map(({ entity }) => {
    const path = pathOf(entity);
    const severity = troubles.get(path)?.severity;
    if (severity !== null && severity !== undefined) return { entity, word: severity, tone: tones[severity] ?? 'dim' };
    if (off.has(path)) return { entity, word: 'still off', tone: 'warn' };
    return { entity, word: severity === null ? 'normal' : '', tone: 'dim' };
  });
}

const pathOf = ({ cluster, kind, name }: AlertDetail['entity']): string => `${cluster}/${kind}/${name}`;
