import { wordSet, wordsOf } from './words.ts';

/** The rank of a text that is never a fact. */
export const noFact = -1;
/** The rank of a text about the host and its shipper. */
export const hostRank = 4;

/** Words of texts that are long, that change with each document, or that may be secret. */
const neverWords = wordSet(
  'command cmdline cmd args argv arguments query statement sql message msg text body original stack stacktrace ' +
    'exception description title summary password passwd pwd passphrase secret token credential credentials ' +
    'authorization auth cookie signature apikey ephemeral fingerprint timestamp time date created ingested',
);
/** Words before `key` that make it a secret. */
const keyOwners = wordSet('api access private secret ssh encryption shared account signing');
/** Words of the facts that explain most. */
const firstWords = wordSet('version state status phase ip address addr health role leader reason');

/** Fields of a document about its sending. */
const ofSending =
  /^(?:@|ecs\.|event\.|metricset\.|data_stream\.|elastic_agent\.|input\.|log\.|error\.|message|stream$|type$|tags|beat\.(?:hostname|name|version)|service\.type$)/;
/** Fields about a host and its shipper that are worth repeating with each sample. */
const ofHost = /^(?:agent\.version|host\.ip|host\.os\.(?:version|kernel))$/;
/** Fields that processors of a Beat add, after those of the document itself. */
const added =
  /^(?:container|kubernetes|docker|cloud|orchestrator|labels|fields|process|url|user|service|server|source|destination)\./;

/**
 * Returns the place of a text among the facts of its sample: 0 for versions, states and addresses, 1 for other texts of a
 * module, 2 and 3 for what processors add, 4 for the host.
 * @returns {@link noFact} for a text that is never a fact
 */
export function factRankOf(path: string): number {
  if (ofHost.test(path)) return hostRank;
  if (/^(?:agent|host)\./.test(path) || ofSending.test(path)) return noFact;
  const words = path.split('.').flatMap(wordsOf);
  if (words.some((word, at) => neverWords.has(word) || (word === 'key' && keyOwners.has(words[at - 1] ?? '')))) {
    return noFact;
  }
  const isFirst = firstWords.has(words.at(-1) ?? '');
  if (added.test(path)) return isFirst ? 2 : 3;
  return isFirst ? 0 : 1;
}
