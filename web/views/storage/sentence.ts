import { capitalised, listed, numberWord } from '../../format/words.ts';
import type { StatusGlyph } from '../../parts/glyph.tsx';
import type { Forecast } from './forecast.ts';
import type { Server } from './servers.ts';
import { fullClause, stateOf, worstServersFirst } from './trouble.ts';

/** The sentence about a storage. */
export interface StorageSentence {
  readonly glyph: StatusGlyph;
  readonly say: string;
  readonly meaning: string;
}

/** The most servers that a sentence names. */
const namesMax = 3;

/** Returns what is not ok about a storage, and which server is full first, and when. @param servers at least one */
export function storageSentence(servers: readonly Server[], forecasts: ReadonlyMap<string, Forecast>): StorageSentence {
  const full = fullClause(servers, forecasts);
  const count = servers.length;
  const faulty = worstServersFirst(servers, forecasts).filter((server) => stateOf(server).glyph !== 'ok');
  const [worst] = faulty;
  if (worst === undefined) {
    const who =
      count === 1 ? 'The one chunkserver is' : `${count === 2 ? 'Both' : `All ${numberWord(count)}`} chunkservers are`;
    return { glyph: 'ok', say: `${who} connected without errors${full}.`, meaning: 'The storage is normal' };
  }
  const who =
    count === 1
      ? 'The one chunkserver is'
      : `${capitalised(numberWord(faulty.length))} of ${numberWord(count)} chunkservers ${faulty.length === 1 ? 'is' : 'are'}`;
  return {
    glyph: stateOf(worst).glyph,
    say: `${who} not ok: ${faultsText(faulty)}${full}.`,
    meaning: `${faulty.length} of ${count} chunkservers not ok`,
  };
}

function faultsText(faulty: readonly Server[]): string {
  const named = faulty.slice(0, namesMax).map((server) => `${server.name} is ${stateOf(server).word}`);
  const others = faulty.length - named.length;
  return listed(others > 0 ? [...named, `${others} more`] : named);
}
