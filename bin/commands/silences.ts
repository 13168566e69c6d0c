import { Command, Option } from 'commander';
import * as z from 'zod';
import { type SilenceRecord, silenceSchema, silenceStates } from '../../functions/shared/domain/silence.ts';
import { type ApiFlags, openApiClient, withApiOptions } from '../api-client.ts';
import { wholeNumber, withExamples } from '../options.ts';
import { type Painted, painted, type Terminal } from '../terminal.ts';
import { clockTime, matchersText } from '../words.ts';

interface SilencesFlags extends ApiFlags {
  readonly state?: string;
  readonly cluster?: string;
  readonly limit: number;
  readonly json?: boolean;
}

const answerSchema = z.object({ silences: z.array(silenceSchema) });

export function silencesCommand(console: Terminal): Command {
  const command = new Command('silences')
    .description('List silences, the newest first.')
    .addOption(new Option('--state <state>', 'only these').choices(silenceStates))
    .option('--cluster <name>', 'only of this cluster')
    .option('--limit <n>', 'at most so many', wholeNumber(1, 1000), 50)
    .option('--json', 'print one JSON object: { "silences": [...] }');
  withApiOptions(command).action((flags: SilencesFlags) => listSilences(flags, console));
  return withExamples(command, 'npx offbeat silences --state active', 'npx offbeat silences --cluster prod --json');
}

async function listSilences(flags: SilencesFlags, console: Terminal): Promise<void> {
  const door = await openApiClient(flags, console);
  try {
    const { state, cluster } = flags;
    const answer = await door.get('/api/silences', { state, cluster, limit: String(flags.limit) });
    const { silences } = answerSchema.parse(answer);
    if (flags.json) console.printJson({ silences });
    else if (silences.length === 0) console.print('no silences');
    else for (const silence of silences) console.print(...lineOf(silence));
  } finally {
    await door.close();
  }
}

function lineOf(silence: SilenceRecord): (string | Painted)[] {
  const { id, state, cluster, matchers, by, note, startsAtMs, endsAtMs, updatedAtMs, endedBy, endNote } = silence;
  const badge = painted(state === 'active' ? 'yellow' : 'dim', state.padEnd(7));
  // One that was ended before its start never muted anything.
  const until = endedBy === undefined ? endsAtMs : Math.max(startsAtMs, updatedAtMs);
  const end = endedBy === undefined ? '' : `; ended by ${withNote(endedBy, endNote)}`;
  const what = `${cluster}  ${matchersText(matchers)}  by ${withNote(by, note)}${end}`;
  return [`${id}  `, badge, `  ${clockTime(startsAtMs)} to ${clockTime(until)}  ${what}`];
}

/** A person, and the note of that person. */
const withNote = (person: string, note: string | undefined): string =>
  note === undefined || note === '' ? person : `${person}: ${note}`;
