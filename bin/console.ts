import type { Readable, Writable } from 'node:stream';
import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** What a command reads and writes. Results go to `print`, for people and scripts; all else is said on standard error. */
export interface Console {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether standard output is a terminal that shows colours and nobody set `NO_COLOR`. */
  readonly colours: boolean;
  /** Standard output, line breaks included. */
  write(text: string): void;
  /** A line on standard output. */
  print(line: string): void;
  /** A line on standard error. */
  warn(line: string): void;
  /** Shows how far long work is, in one line that is overwritten; nothing where standard error is no terminal. */
  progress(text: string): void;
  /** Removes what {@link progress} shows. */
  endProgress(): void;
  paint(style: Style, text: string): string;
}

const eraseLine = '\r\u001b[K';

export function consoleOf({ stdin, stdout, stderr, env }: NodeJS.Process): Console {
  const colours = stdout.isTTY && stdout.hasColors();
  let progressShown = false;
  const endProgress = (): void => {
    if (progressShown) stderr.write(eraseLine);
    progressShown = false;
  };
  const write = (text: string): void => {
    endProgress();
    stdout.write(text);
  };
  return {
    stdin,
    stdout,
    env,
    colours,
    write,
    print: (line) => write(`${line}\n`),
    warn(line) {
      endProgress();
      stderr.write(`${line}\n`);
    },
    progress(text) {
      if (!stderr.isTTY) return;
      stderr.write(eraseLine + text);
      progressShown = true;
    },
    endProgress,
    paint: (style, text) => (colours ? styleText(style, text, { validateStream: false }) : text),
  };
}
