import type { Readable, Writable } from 'node:stream';
import { styleText } from 'node:util';
import { printable, printableJson, printableLines } from '../functions/shared/domain/printable.ts';
import { withoutPaths } from '../functions/shared/domain/withheld.ts';

type Style = Parameters<typeof styleText>[0];

/** A text that a terminal shows in a style. */
export interface Painted {
  readonly style: Style;
  readonly text: string;
}

/**
 * The streams that a command reads and writes. Results go to standard output, for people and scripts; all else goes to standard error.
 * Whatever a command prints is made printable here, so that no name can steer a terminal.
 */
export interface Terminal {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether standard output is a terminal that shows colours and nobody set `NO_COLOR`. */
  readonly colours: boolean;
  /** Writes lines to standard output, line breaks included. Colours stay where a terminal shows them. */
  write(text: string): void;
  /** Writes one line to standard output. Of addresses it shows the host, as {@link warn} does. */
  print(...parts: readonly (string | Painted)[]): void;
  /** Writes a value to standard output as JSON, from which a parser gets every character as it was. */
  printJson(value: unknown, indent?: number): void;
  /** Writes one line to standard error. Of addresses it shows the host: their paths are often secrets. */
  warn(line: string): void;
  /** Writes one line of JSON to standard error, which shows no addresses any more: to leave one out could end a text of it. */
  warnJson(line: string): void;
  /** Shows how far long work is, in one line that is overwritten; nothing where standard error is no terminal. */
  progress(text: string): void;
  /** Removes what {@link progress} shows. */
  endProgress(): void;
}

/** The streams of a process, or of a test. */
export interface Streams {
  readonly stdin: Readable;
  readonly stdout: Writable & { readonly isTTY?: boolean; hasColors?(): boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly env: Terminal['env'];
}

const eraseLine = '\r\u001b[K';

export const painted = (style: Style, text: string): Painted => ({ style, text });

export function terminalOf({ stdin, stdout, stderr, env }: Streams): Terminal {
  const colours = stdout.isTTY === true && stdout.hasColors?.() === true;
  let progressShown = false;
  const endProgress = (): void => {
    if (progressShown) stderr.write(eraseLine);
    progressShown = false;
  };
  const write = (text: string): void => {
    endProgress();
    stdout.write(text);
  };
  const warn = (line: string): void => {
    endProgress();
    stderr.write(`${line}\n`);
  };
  const shown = (part: string | Painted): string => {
    if (typeof part === 'string') return printable(withoutPaths(part));
    const text = printable(withoutPaths(part.text));
    return colours ? styleText(part.style, text, { validateStream: false }) : text;
  };
  return {
    stdin,
    stdout,
    env,
    colours,
    write: (text) => write(colours ? outsideColours(text, printableLines) : printableLines(text)),
    print: (...parts) => write(`${parts.map(shown).join('')}\n`),
    printJson: (value, indent) => write(`${printableJson(value, indent)}\n`),
    warn: (line) => warn(printable(withoutPaths(line))),
    warnJson: (line) => warn(printable(line)),
    progress(text) {
      if (stderr.isTTY !== true) return;
      stderr.write(eraseLine + printable(text));
      progressShown = true;
    },
    endProgress,
  };
}

/** Applies a function to what is between the colours that `styleText` writes: numbers between ESC, `[` and `m`. */
function outsideColours(text: string, between: (text: string) => string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ESC begins a colour
  const parts = text.split(/(\u001b\[\d{1,3}m)/);
  return parts.map((part, index) => (index % 2 === 0 ? between(part) : part)).join('');
}
