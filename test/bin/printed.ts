import { PassThrough, Readable } from 'node:stream';
import type { Line } from '../../bin/table.ts';
import { terminalOf } from '../../bin/terminal.ts';

/** Returns lines as a terminal without colours shows them. */
export function printedOf(lines: readonly Line[]): string[] {
  const stdout = new PassThrough();
  const { print } = terminalOf({ stdin: Readable.from([]), stdout, stderr: new PassThrough(), env: {} });
  for (const line of lines) print(...line);
  let text = '';
  for (let chunk = stdout.read(); chunk !== null; chunk = stdout.read()) text += chunk;
  return text.split('\n').slice(0, -1);
}
