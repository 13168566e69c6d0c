import { describe, expect, it } from 'vitest';
import { normalise } from '../../../../functions/normalise/normalise.ts';
import { csvCell } from '../../../../functions/shared/domain/csv.ts';
import { durationSchema } from '../../../../functions/shared/domain/duration-schema.ts';
import { parseEntityPath } from '../../../../functions/shared/domain/entity.ts';
import { matchesGlob } from '../../../../functions/shared/domain/glob.ts';
import { printable, printableLines } from '../../../../functions/shared/domain/printable.ts';
import { parseSeriesText, seriesTextCharactersMax } from '../../../../functions/shared/domain/series-text.ts';
import { defaultSettings } from '../../../../functions/shared/domain/settings.ts';
import { shown, shownText } from '../../../../functions/shared/domain/shown.ts';
import { quotedOrWithheld, withoutPaths, withoutTokens } from '../../../../functions/shared/domain/withheld.ts';
import { laneOf } from '../../../../functions/shared/log/lane-header.ts';
import { defaultLayout } from '../../../../functions/shared/log/layout.ts';
import { parsePosition } from '../../../../functions/shared/log/position.ts';
import { header } from '../../../../functions/shared/log/record.ts';
import { BulkParser } from '../../../../local/bulk/request.ts';
import { StoreLines } from '../../../../local/terminal/store-lines.ts';
import { parseSettings } from '../../../../settings/file.ts';

function attempt(parse: () => unknown): void {
  try {
    parse();
  } catch {
    // The time of a refusal counts too.
  }
}

const lines = () => new StoreLines({ print: () => {}, clock: { nowMs: () => 0 } });
const beat = (text: string) => normalised({ '@timestamp': text, host: { name: text }, event: { dataset: text } });
const normalised = (document: object) => {
  const value = Buffer.from(JSON.stringify(document));
  const at = { topic: 'offbeat.beats', partition: 0, offset: 0, timestampMs: 0, key: null, headers: {} };
  return normalise({ ...at, value }, defaultSettings, defaultLayout);
};

function bulkRequest(text: string): void {
  const parser = new BulkParser();
  parser.feed(Buffer.from(`{"create":{}}\n${text}\n`));
  while (parser.next() !== undefined);
  parser.end();
}

/** Every function that reads a foreign text of any length. */
const parsers: Readonly<Record<string, (text: string) => unknown>> = {
  'a series': parseSeriesText,
  'an entity': parseEntityPath,
  'a position': parsePosition,
  'a lane': (text) => laneOf({ headers: { [header.lane]: text } }),
  'a duration': (text) => durationSchema.safeParse(text),
  'a text for a glob': (text) => matchesGlob('*a*b*', text),
  'a glob': (text) => matchesGlob(text, 'node-a'),
  'a text to print': printable,
  'lines to print': printableLines,
  'a value in a message': shown,
  'a text in a message': (text) => shownText(text, text.length),
  'a message with addresses': withoutPaths,
  'a message with tokens': withoutTokens,
  'a value that may be secret': quotedOrWithheld,
  'a cell of a CSV': csvCell,
  'a line about the store': (text) => lines().covers(`error: the store failed: ${text}`),
  'a beat': beat,
  'a log record': (text) => normalised({ hostname: 'a', message: text }),
  'a bulk request': bulkRequest,
  'a settings file': (text) => parseSettings(text, 'offbeat.yaml'),
};

/** The texts that a pattern may try again from each place. */
const units = [
  ' a{',
  '=',
  'a',
  ' ',
  '"',
  '""',
  '\\',
  '/',
  '//',
  '://',
  'https:',
  'http://',
  '*',
  '*a',
  '(',
  ' (',
  ':1',
  '-',
  '1',
  '.',
  ',',
  '{',
  '}',
  'a1B',
  '\t',
  '\u001b[',
  '\u202e',
  '[',
  '- ',
  '# ',
  'the store failed: ',
];

const characters = 4_000;
const factor = 4;
/** A linear one takes 4 times as long for 4 times the text, a quadratic one 16 times. */
const ratioMax = 9;

/** Returns the ms for a text of about `length` characters: the least of five turns, which other work disturbed least. */
function cost(parse: (text: string) => unknown, unit: string, length: number): number {
  const text = unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
  let least = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 5; turn += 1) {
    const beganMs = performance.now();
    for (let round = 0; round < 5; round += 1) attempt(() => parse(text));
    least = Math.min(least, performance.now() - beganMs);
  }
  return least;
}

const turns = 10;

/** Returns the time for a text of four times the length, divided by that for the text. */
function ratioOnce(parse: (text: string) => unknown, unit: string): number {
  const fixed = 0.05;
  const short = cost(parse, unit, characters) + fixed;
  return (cost(parse, unit, characters * factor) + fixed) / short;
}

/** Returns the least of ten ratios, because a busy machine can make one of them wrong. */
function ratioOf(parse: (text: string) => unknown, unit: string): number {
  let ratio = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < turns && ratio >= ratioMax; turn += 1) ratio = Math.min(ratio, ratioOnce(parse, unit));
  return ratio;
}

describe('a text of four times the length takes about four times as long', () => {
  it.each(Object.entries(parsers))('for %s', (_name, parse) => {
    for (const unit of units) expect(ratioOf(parse, unit), JSON.stringify(unit)).toBeLessThan(ratioMax);
  });

  it('the test detects a parser that is not linear', () => {
    // A twentieth of all pairs of characters.
    const compare = (text: string): void => {
      for (let at = 0; at < text.length; at += 20) text.lastIndexOf('b');
    };
    const ratios = Array.from({ length: turns }, () => ratioOnce(compare, 'a'));
    expect(Math.max(...ratios)).toBeGreaterThan(ratioMax);
  });
});

describe('the text of a series', () => {
  it(`a series text has at most ${seriesTextCharactersMax} characters`, () => {
    const textOf = (length: number): string => {
      const start = 'prod/host/a b{';
      const pair = (nth: number): string => `k${String(nth).padStart(6, '0')}=${'v'.repeat(1_000)},`;
      const pairs = Array.from({ length: Math.ceil(length / 1_000) }, (_, nth) => pair(nth)).join('');
      return `${(start + pairs).slice(0, length - 1)}}`;
    };
    expect(parseSeriesText(textOf(seriesTextCharactersMax))).toBeDefined();
    expect(parseSeriesText(textOf(seriesTextCharactersMax + 1))).toBeUndefined();
  });
});
