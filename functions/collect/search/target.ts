import { UsageError } from '../../shared/domain/errors.ts';
import { shown } from '../../shared/domain/shown.ts';
import { refusePassword, usernameOf } from '../username.ts';

/** An OpenSearch cluster that is collected, and the bounds of a collection. */
export interface SearchTarget {
  /** The address of a node or domain: `https://search-1:9200`. */
  readonly url: string;
  /** The host and port, as people write them. */
  readonly address: string;
  /** The host, without brackets. */
  readonly host: string;
  /** The user who logs in; absent where nobody does. */
  readonly username?: string;
  /** The longest time of the whole collection, ms. */
  readonly totalMs: number;
  readonly nodesMax: number;
}

const expected = 'expected https://HOST:9200, https://USER@HOST:9200 or http://HOST:9200';

/**
 * Returns the target that an address names.
 * @throws {UsageError}
 * @example
 * parseSearchTarget('http://10.77.0.30:9200').address; // => '10.77.0.30:9200'
 */
export function parseSearchTarget(text: string): SearchTarget {
  const url = URL.parse(text);
  refusePassword(url);
  if (url === null || !/^https?:$/.test(url.protocol) || url.port === '0')
    throw new UsageError(`${shown(text)} is no address of OpenSearch; ${expected}`);
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    throw new UsageError(`an address of OpenSearch ends with its port; ${expected}`);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const username = usernameOf(url);
  return {
    url: url.origin,
    address: url.host,
    host,
    ...(username === undefined ? {} : { username }),
    totalMs: 20_000,
    nodesMax: 1_000,
  };
}
