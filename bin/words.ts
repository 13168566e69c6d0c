/** Returns a time for people. @example clockTime(1_795_446_000_000); // => '2026-11-23 15:00:00 UTC' */
export function clockTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** Returns a word as it is typed in a shell: in quotes if it contains characters with a meaning there. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** The store that `start` and `redrive` use unless another is named. */
const defaultData = '.offbeat';

/** The store and the settings file that a command names. */
interface Named {
  readonly data?: string;
  readonly settings?: string;
}

/** Returns the command that sends given-up messages again, as it is typed for a store and a settings file. */
export const redriveWords = (named: Named): string => `npx offbeat redrive --stage notify${namedWords(named)}`;

/** Returns the command that lists dead letters, as it is typed for a store and a settings file. */
export const listLettersWords = (named: Named): string => `npx offbeat redrive --dry-run${namedWords(named)}`;

function namedWords({ data = defaultData, settings }: Named): string {
  const store = data === defaultData ? '' : ` --data ${shellWord(data)}`;
  return `${store}${settings === undefined ? '' : ` --settings ${shellWord(settings)}`}`;
}

/** Returns a number with its noun. @example counted(2, 'dead letter'); // => '2 dead letters' */
export function counted(count: number, thing: string): string {
  return `${count.toLocaleString('en')} ${thing}${count === 1 ? '' : 's'}`;
}

/** Returns matchers as they are typed: `entity=prod/host/* severity=warning`. */
export function matchersText(matchers: Readonly<Record<string, string>>): string {
  return Object.entries(matchers)
    .map(([label, pattern]) => `${label}=${pattern}`)
    .join(' ');
}
