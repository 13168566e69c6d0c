import { quotedName } from '../../../functions/shared/domain/quoted-name.ts';
import type { Series } from '../../api/alert-types.ts';

/** The characters with a meaning at each place, as `functions/shared/domain/series-text.ts` has them; a test compares the two. */
const meantInEntity = /["{}]/;
const meantInMetric = /[\s"{}]/;
const meantInDimension = /^ |[",={}]| $/;
const meantInValue = /[,{}]/;

/** Returns the text of a series as the API takes it. The API's own writer would bring its schemas into the page. */
export function seriesText({ entity: { cluster, kind, name }, metric, dimensions }: Series): string {
  const pairs = Object.keys(dimensions)
    .sort()
    .map(
      (dimension) => `${quotedName(dimension, meantInDimension)}=${quotedName(dimensions[dimension]!, meantInValue)}`,
    );
  const place = `${cluster}/${kind}/${quotedName(name, meantInEntity)}`;
  return `${place} ${quotedName(metric, meantInMetric)}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`}`;
}
