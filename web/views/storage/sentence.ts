import { glyphBeside } from '../../charts/alert-gap.ts';
import { capitalised, listed, numberWord } from '../../format/words.ts';
import type { StatusGlyph } from '../../parts/glyph.tsx';
import { type PastTrouble, pastTroublesClause } from '../machines/past-trouble.ts';
import type { Forecast } from './forecast.ts';
import type { Server } from './servers.ts';
import { fullClause, stateOf, worstServersFirst } from './trouble.ts';

/** The sentence about a storage. */
export interface StorageSentence {
  readonly glyph: StatusGlyph;
  readonly say: string;
  readonly meaning: string;
}

/** The range that a sentence is about. */
export interface Told {
  /** The alerts of servers in the range, by the paths of the servers. */
  readonly past: ReadonlyMap<string, PastTrouble>;
  /** The length of the range, as text. */
  readonly span: string;
  /** The clause about alerts that are not known; empty where all are. */
  readonly gap?: string;
  readonly at: Parameters<typeof pastTroublesClause>[2];
}

/** The most servers that a sentence names. */
const namesMax = 3;

/**
 * Returns what is not ok about a storage, what was not in the range, and which server is full first, and when.
 * @param servers at least one
 */
export function storageSentence(
  servers: readonly Server[],
  forecasts: ReadonlyMap<string, Forecast>,
  { past, span, gap = '', at }: Told,
): StorageSentence {
  const known = servers.filter(({ status }) => status !== 'unknown');
  if (known.length === 0) return unseen(servers);
  const troubled = worstServersFirst(servers, forecasts, past).flatMap(({ name, path, status }) => {
    const trouble = past.get(path);
    return trouble === undefined || status === 'down' ? [] : [[name, trouble] as const];
  });
  const clause = fullClause(known, forecasts);
  const rest = `${pastTroublesClause(troubled, span, at)}${gap === '' ? '' : `; ${gap}`}${clause === '' ? '' : `; ${clause}`}`;
  const count = servers.length;
  const faulty = worstServersFirst(servers, forecasts).filter((server) => stateOf(server).glyph !== 'ok');
  const [worst] = faulty;
  if (worst === undefined) {
    const who =
      count === 1 ? 'The one chunkserver is' : `${count === 2 ? 'Both' : `All ${numberWord(count)}`} chunkservers are`;
    const meaning =
      troubled.length > 0
        ? 'The storage is normal again'
        : gap === ''
          ? 'The storage is normal'
          : 'The chunkservers are connected';
    return {
      glyph: glyphBeside(troubled.length === 0 ? 'ok' : 'warning', gap),
      say: `${who} connected without errors${rest}.`,
      meaning,
    };
  }
  const who =
    count === 1
      ? 'The one chunkserver is'
      : `${capitalised(numberWord(faulty.length))} of ${numberWord(count)} chunkservers ${faulty.length === 1 ? 'is' : 'are'}`;
  return {
    glyph: stateOf(worst).glyph,
    say: `${who} not ok: ${faultsText(faulty)}${rest}.`,
    meaning: `${faulty.length} of ${count} chunkservers not ok`,
  };
}

/** Returns the sentence about a storage of which nothing is heard any more. */
function unseen(servers: readonly Server[]): StorageSentence {
  const newest = servers.toSorted((a, b) => b.seenMs - a.seenMs)[0]!;
  const who =
    servers.length === 1
      ? 'The one chunkserver was'
      : `${servers.length === 2 ? 'Both' : `All ${numberWord(servers.length)}`} chunkservers were`;
  const meaning = `${who} ${newest.reason ?? 'not seen for long'}`;
  return { glyph: 'unknown', say: `${meaning}: the numbers below are old.`, meaning };
}

function faultsText(faulty: readonly Server[]): string {
  const named = faulty.slice(0, namesMax).map((server) => `${server.name} is ${stateOf(server).word}`);
  const others = faulty.length - named.length;
  return listed(others > 0 ? [...named, `${others} more`] : named);
}
