import { PassThrough, Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { painted, type Terminal, terminalOf } from '../../bin/terminal.ts';
import { hostileNames, unprintableIn } from '../support/hostile-text.ts';

/** Returns the text that was written to a stream. From Node 26 on, one `read` returns one piece of it. */
function textOf(stream: PassThrough): string {
  let text = '';
  for (let piece = stream.read(); piece !== null; piece = stream.read()) text += String(piece);
  return text;
}

/** Runs a function with a terminal. @returns what it wrote to standard output and to standard error */
function outputOf(act: (terminal: Terminal) => void, isTerminal = false): readonly [out: string, err: string] {
  const terminal = { isTTY: isTerminal, hasColors: () => isTerminal };
  const [stdout, stderr] = [Object.assign(new PassThrough(), terminal), Object.assign(new PassThrough(), terminal)];
  act(terminalOf({ stdin: Readable.from([]), stdout, stderr, env: {} }));
  return [textOf(stdout), textOf(stderr)];
}

describe('the terminal of the command line', () => {
  it('prints a line of several parts, in colours on a terminal alone', () => {
    const act = ({ print }: Terminal): void => print('a ', painted('red', 'b\u202e'), ' c\n');
    expect(outputOf(act)).toEqual(['a b\\u202e c\\u000a\n', '']);
    expect(outputOf(act, true)).toEqual(['a \u001b[31mb\\u202e\u001b[39m c\\u000a\n', '']);
  });

  it('writes lines, and leaves their colours on a terminal alone', () => {
    const act = ({ write }: Terminal): void => write('\u001b[1ma\u001b[22m\u001b[2J\nb\n');
    expect(outputOf(act)).toEqual(['\\u001b[1ma\\u001b[22m\\u001b[2J\nb\n', '']);
    expect(outputOf(act, true)).toEqual(['\u001b[1ma\u001b[22m\\u001b[2J\nb\n', '']);
  });

  it('prints only the host of an address', () => {
    const act = ({ print }: Terminal): void => print('a=https://hooks.example/T0 ', painted('red', 'http://b/c'));
    expect(outputOf(act)).toEqual(['a=https://hooks.example/… http://b/…\n', '']);
  });

  it('warns on standard error in one line, which shows of an address its host', () => {
    expect(outputOf(({ warn }) => warn('no https://hooks.example/T0\nx'))).toEqual([
      '',
      'no https://hooks.example/…\\u000ax\n',
    ]);
  });

  it('shows progress on a terminal alone, and removes it before anything else', () => {
    const act = ({ progress, print }: Terminal): void => {
      progress('1\u202e');
      print('done');
    };
    expect(outputOf(act)).toEqual(['done\n', '']);
    expect(outputOf(act, true)).toEqual(['done\n', '\r\u001b[K1\\u202e\r\u001b[K']);
  });

  it('prints JSON from which a parser reads the same characters', () => {
    fc.assert(
      fc.property(hostileNames, fc.webUrl({ withQueryParameters: true }), (name, url) => {
        const value = { name: name.toWellFormed(), url, quoted: `"${url}"`, lines: `${url}\n${url}\\` };
        const [out, err] = outputOf(({ printJson, warnJson }) => {
          printJson(value);
          warnJson(JSON.stringify(value));
        });
        expect(JSON.parse(out)).toEqual(value);
        expect(JSON.parse(err)).toEqual(value);
        expect(unprintableIn((out + err).replaceAll('\n', ''))).toEqual([]);
      }),
    );
  });
});
