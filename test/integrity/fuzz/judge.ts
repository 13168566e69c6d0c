import type { Case } from './cases.ts';
import type { Answer } from './message.ts';
import type { Outcome } from './wire.ts';

/** A line of a stack trace, or a position in one of Offbeat's files. */
const leak = /\n\s+at \S|\bat \S+ \(|node:internal|node_modules|file:\/\/|\.ts:\d+/;
/** The first characters of the data directory's name, which no answer may contain. */
export const dataDirName = 'offbeat-fuzz-';
const serverError = /HTTP\/1\.1 5\d\d /;

/** Returns the part of a public text that shows the inside of the program; `undefined` if none does. */
export const leakIn = (text: string): string | undefined => leak.exec(text)?.[0];

/** Returns whether a request was refused for now, which is allowed where many are sent at once. */
export const isTurnedAway = ({ status, headers }: Answer): boolean =>
  status === 429 && headers['retry-after'] !== undefined;

/** Returns the fault of an outcome; `undefined` if all is as promised. */
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
