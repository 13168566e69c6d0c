import { wordSet, wordsOf } from './words.ts';

/** The way in which a text of a path identifies what a document describes. */
export interface Identity {
  /**
   * The kind of the name.
   *
   * - `label`: a label or dimension that its system declares as a part of the identity, whatever its name
   * - `name`: it names a thing; it is preferred to the `id` of the same thing
   * - `id`: it identifies a thing with a value that nobody reads
   * - `word`: one of the other identity words
   */
  readonly kind: 'label' | 'name' | 'id' | 'word';
  /** The thing that is named: `kubernetes.pod` for `kubernetes.pod.name` and for `kubernetes.pod_uid`. */
  readonly thing: string;
}

/** Words that identify a thing where they end a name. The first line names it, the second one numbers it. */
const names = wordSet('name');
const ids = wordSet('id uid uuid guid identifier');
const otherWords = wordSet(
  'instance object namespace interface device path topic queue database db vhost host server partition ' +
    'node pod container cluster index shard bucket pool volume disk mountpoint table keyspace collection broker mbean ' +
    'exchange sensor unit',
);

/** Objects whose fields are all parts of the identity: labels and dimensions that the measured system declares. */
const labels =
  /^(?:(?:prometheus|openmetrics|statsd)\.(?:.*\.)?labels?|dropwizard\.tags|(?:aws|azure)\.(?:dimensions|labels)|(?:gcp|googlecloud)\.(?:dimensions|labels)(?:\..*)?)\.[^.]+$/;
/** Labels and annotations of Kubernetes, Docker and hosts: they may change while the thing remains the same. */
const passing = /^(?:kubernetes|container|docker|host|cloud|orchestrator)\.(?:[^.]+\.)*(?:labels|annotations|tags)\./;
/**
 * Things that come and go, or that change, while what is measured remains the same: their names and ids never identify
 * it.
 */
const transient = wordSet(
  'state status phase message msg error err reason condition result health severity level version image os event ' +
    'query statement command cmdline cmd args session request response trace span transaction correlation user ' +
    'ephemeral fingerprint hash',
);
/** Things whose fields never identify what is measured, however deep they are below. */
const parties = wordSet('client member consumer_client');

/**
 * Returns how a text at a path identifies what its document describes.
 * @returns `undefined` where it does not
 */
export function identityOf(path: string): Identity | undefined {
  if (labels.test(path)) return { kind: 'label', thing: path };
  if (passing.test(path)) return undefined;
  const segments = path.split('.');
  const words = wordsOf(segments.at(-1)!);
  const last = words.at(-1) ?? '';
  const kind = kindOf(last, words.at(-2));
  if (kind === undefined) return undefined;
  const parents = segments.slice(0, -1);
  const owner = [...parents, words.slice(0, -1).join('_')].filter((part) => part !== '');
  // An event has an id of its own, which is new in each document.
  if (owner.length === 0 && kind === 'id') return undefined;
  const ownerWords = owner.flatMap(wordsOf);
  if (ownerWords.some((word) => parties.has(word))) return undefined;
  if (kind !== 'word' && transient.has(ownerWords.at(-1) ?? '')) return undefined;
  return { kind, thing: owner.join('.') };
}

function kindOf(last: string, before: string | undefined): Identity['kind'] | undefined {
  if (names.has(last)) return 'name';
  if (ids.has(last)) return 'id';
  if (otherWords.has(last) || (last === 'point' && before === 'mount')) return 'word';
  return undefined;
}
