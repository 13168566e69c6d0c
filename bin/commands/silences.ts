import { Command, Option } from 'commander';
import { type SilenceRecord, silenceSchema, silenceStates } from '../../functions/shared/domain/silence.ts';
import { silenceOverMs } from '../../functions/shared/domain/silence-over.ts';
import { type ListFlags, printList, withListOptions } from '../list-command.ts';
import { withExamples } from '../options.ts';
import { type Painted, painted, type Terminal } from '../terminal.ts';
import { clockTime, matchersText } from '../words.ts';

interface SilencesFlags extends ListFlags {
  readonly state?: string;
}

export function silencesCommand(terminal: Terminal): Command {
  const command = new Command('silences')
    .description('List silences, the newest first.')
    .addOption(new Option('--state <state>', 'only silences in this state').choices(silenceStates));
  withListOptions(command, 'silences').action(({ state, ...flags }: SilencesFlags) =>
    printList({ things: 'silences', schema: silenceSchema, query: { state }, lineOf }, flags, terminal),
  );
  return withExamples(command, 'npx offbeat silences --state active', 'npx offbeat silences --cluster prod --json');
}

function lineOf(silence: SilenceRecord): (string | Painted)[] {
  const { id, state, cluster, matchers, by, note, startsAtMs, endedBy, endNote } = silence;
  const badge = painted(state === 'active' ? 'yellow' : 'dim', state.padEnd(7));
  const end = endedBy === undefined ? '' : `; ended by ${withNote(endedBy, endNote)}`;
  const what = `${cluster}  ${matchersText(matchers)}  by ${withNote(by, note)}${end}`;
  return [`${id}  `, badge, `  ${clockTime(startsAtMs)} to ${clockTime(silenceOverMs(silence))}  ${what}`];
}

/** Returns a person, with the person's note. */
const withNote = (person: string, note: string | undefined): string =>
  note === undefined || note === '' ? person : `${person}: ${note}`;
