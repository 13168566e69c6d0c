import type { Alert } from '../../shared/domain/alert.ts';
import { entityPath } from '../../shared/domain/entity.ts';
import type { SilenceRecord } from '../../shared/domain/silence.ts';
import type { Place } from '../cursor.ts';

/** Returns the place of an alert in a list. */
export const placeOfAlert = ({ startsAtMs, id }: Alert): Place => ({ timeMs: startsAtMs, id });

/** Returns the place of a silence in a list. An id is that of one silence in each cluster. */
export const placeOfSilence = ({ createdAtMs, id, cluster }: SilenceRecord): Place => ({
  timeMs: createdAtMs,
  id: `${cluster} ${id}`,
});

/** Returns whether an alert contains a text, in any case, in what a person reads of it. */
export function mentions({ title, headline, entity, labels, id }: Alert, text: string): boolean {
  const wanted = text.toLowerCase();
  const texts = [title, headline, id, entityPath(entity), ...Object.values(labels)];
  return texts.some((each) => each.toLowerCase().includes(wanted));
}
