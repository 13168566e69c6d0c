/** `2026-11-23 15:00:00 UTC` */
export function clockTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** A word as a shell takes it: quoted where it holds what a shell would read otherwise. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** The store that `start` and `redrive` use unless another is named. */
const defaultData = '.offbeat';

/** The command that sends again what was given up, as it is typed for a store and a settings file. */
export function redriveWords({ data = defaultData, settings }: { data?: string; settings?: string }): string {
  const store = data === defaultData ? '' : ` --data ${shellWord(data)}`;
  return `npx offbeat redrive --stage notify${store}${settings === undefined ? '' : ` --settings ${shellWord(settings)}`}`;
}

/** `1 dead letter`, `2 dead letters` */
export function counted(count: number, thing: string): string {
  return `${count.toLocaleString('en')} ${thing}${count === 1 ? '' : 's'}`;
}

/** `entity=prod/host/* severity=warning` */
export function matchersText(matchers: Readonly<Record<string, string>>): string {
  return Object.entries(matchers)
    .map(([label, pattern]) => `${label}=${pattern}`)
    .join(' ');
}
