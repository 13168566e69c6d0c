import type { Dimensions } from '../../shared/domain/series.ts';

/**
 * Returns the keys of a Java bean as dimensions: `kafka.server:type=…,name=…,topic=messages` is one bean of many topics.
 * @param mbean the name of the bean; an empty text for none
 */
export function mbeanKeys(mbean: string): Dimensions {
  const [, keys = ''] = mbean.split(':', 2);
  const pairs = keys.split(',').map((pair) => pair.split('=', 2));
  return Object.fromEntries(
    pairs.filter(([key, value]) => key !== undefined && value !== undefined && key !== 'type' && key !== 'name'),
  );
}
