import type { Readable, Writable } from 'node:stream';
import { styleText } from 'node:util';
import { printable, printableJson, printableLines } from '../functions/shared/domain/printable.ts';
import { withoutPaths } from '../functions/shared/domain/withheld.ts';

type Style = Parameters<typeof styleText>[0];

/** A text, and the style in which a terminal shows it. */
export interface Painted {
  readonly style: Style;
  readonly text: string;
}

/**
 * The streams that a command reads and writes. Results go to standard output, for people and scripts; all else goes to standard error.
 * All that a command prints is made printable here, so that no name can steer a terminal.
 */
export interface Terminal {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A flag: standard output is a terminal that shows colours, and `NO_COLOR` is not set. */
  readonly colours: boolean;
  /** Writes text to standard output, with its line breaks. Its colours are kept if the terminal shows colours. */
  write(text: string): void;
  /** Writes one line to standard output. It shows the host of an address and hides the path, as {@link warn} does. */
  print(...parts: readonly (string | Painted)[]): void;
  /** Writes a value to standard output as JSON, from which a parser reads every character unchanged. */
  printJson(value: unknown, indent?: number): void;
  /** Writes one line to standard error. It shows the host of an address and hides the path, which is often a secret. */
  warn(line: string): void;
  /**
   * Writes one line of JSON to standard error. Its addresses must be shortened before: to shorten one here could cut off
   * the end of a JSON text.
   */
  warnJson(line: string): void;
  /** Shows the progress of long work in one line that is overwritten. Does nothing if standard error is no terminal. */
  progress(text: string): void;
  /** Removes the line of {@link progress}. */
  endProgress(): void;
}

/** The streams and the environment of a process, or of a test. */
export interface Streams {
  readonly stdin: Readable;
  readonly stdout: Writable & { readonly isTTY?: boolean; hasColors?(): boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly env: Terminal['env'];
}

const eraseLine = '\r\u001b[K';

export const painted = (style: Style, text: string): Painted => ({ style, text });

/** Returns the terminal that writes to these streams. */
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
