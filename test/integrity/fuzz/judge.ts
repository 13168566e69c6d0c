import type { Case } from './cases.ts';
import type { Answer } from './message.ts';
import type { Outcome } from './wire.ts';

/** A line of a stack, or a place in a file of ours. */
const leak = /\n\s+at \S|\bat \S+ \(|node:internal|node_modules|file:\/\/|\.ts:\d+/;
/** With which the name of the data directory begins: no answer shows where it is. */
export const dataDirName = 'offbeat-fuzz-';
const serverError = /HTTP\/1\.1 5\d\d /;

/** Returns what shows the inside of the program in a text that others read; `undefined` where nothing does. */
export const leakIn = (text: string): string | undefined => leak.exec(text)?.[0];

/** Whether a request was turned away for now, as it may be where many come at once. */
export const isTurnedAway = ({ status, headers }: Answer): boolean =>
  status === 429 && headers['retry-after'] !== undefined;

/** What is wrong with what came back; nothing where all is as promised. */
export function faultsOf({ form, ending, steps }: Case, { answers, bytes, isClosed, isHung }: Outcome): string[] {
  const text = bytes.toString('latin1');
  const shown = leakIn(text);
  const faults = [
    ...(isHung ? ['neither answered nor closed'] : []),
    ...(serverError.test(text) ? [`answered with ${serverError.exec(text)![0].slice(9, 12)}`] : []),
    ...(shown === undefined ? [] : [`an answer shows ${JSON.stringify(shown)}`]),
    ...(text.includes(dataDirName) ? ['an answer shows the data directory'] : []),
    ...answers.flatMap(faultsOfJson),
  ];
  if (ending === 'leave' || form === 'malformed' || isHung) return faults;
  const expected = steps.flatMap(({ methods = [] }) => methods).length;
  if (answers.length < expected && !isClosed) faults.push(`${answers.length} answers to ${expected} requests`);
  if (form === 'valid') faults.push(...faultsOfValid(answers, expected));
  return faults;
}

function faultsOfJson({ headers, body }: Answer): string[] {
  if (!headers['content-type']?.includes('json') || body === '') return [];
  try {
    JSON.parse(body);
    return [];
  } catch {
    return ['JSON that cannot be read'];
  }
}

function faultsOfValid(answers: readonly Answer[], expected: number): string[] {
  const refused = answers.filter((answer) => answer.status > 299 && !isTurnedAway(answer));
  return [
    ...(answers.length < expected ? [`${answers.length} answers to ${expected} valid requests`] : []),
    ...refused.map(({ status }) => `a valid request was answered with ${status}`),
  ];
}
