import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { mean } from 'simple-statistics';
import { minuteMs } from '../../functions/shared/domain/durations.ts';
import { printFaults } from '../faults/print.ts';
import { calms, falsePages, stepDelays } from './calibration.ts';
import { type Contender, contenders } from './contenders.ts';
import { fleetPages } from './fleet.ts';
import type { RecordedSeries, Scores } from './labelled-series.ts';
import { bestNab, nabAt, type Profile, profiles, readNab, twoFold } from './nab.ts';
import { peers, scoreWithPeer } from './peers/peers.ts';
import { Random } from './random.ts';
import { printRecording } from './recording.ts';
import { readSegments, type SegmentSeries, segmentQuality } from './segments.ts';

/**
 * The quality of detection, beside named peers over the same rows: `npm run bench:quality` prints NAB over the part that
 * is in the repository, the calibration, and the pages of the recorded cluster. `-- --nab DIR --asd DIR` reads whole data
 * sets, `--seeds N` sets how many series each row of the calibration pools, and `--peers` adds river and Random Cut Forest,
 * which it installs with pip and Maven into a cache (some minutes). `-- --faults N` prints the fault set alone, over N
 * seeds; `--fleet N` sets the number of series of a day by the catalogue's rules; `--period S` sets the seconds between collections, and may be repeated.
 */

/** The alarm that is compared where no threshold is chosen: 3 % of the width of a range. */
const fixedAlarm = 0.03 / 1.03;
const splits = 10;
const rowsEach = 100_000;
const history = 20_000;

const { values: flags } = parseArgs({
  options: {
    nab: { type: 'string' },
    asd: { type: 'string' },
    seeds: { type: 'string', default: '5' },
    faults: { type: 'string' },
    period: { type: 'string', multiple: true, default: ['10', '60'] },
    peers: { type: 'boolean', default: false },
    fleet: { type: 'string', default: '1000' },
  },
});
const seeds = wholeNumber('seeds', flags.seeds);

if (flags.faults === undefined) {
  printNab(flags.nab ?? join(import.meta.dirname, 'nab'));
  if (flags.asd !== undefined) printAsd(flags.asd);
  printCalibration();
  printFleet(wholeNumber('fleet', flags.fleet));
  await printRecording();
} else {
  const periodsMs = flags.period.map((each) => 1000 * wholeNumber('period', each, 10));
  await printFaults(wholeNumber('faults', flags.faults), periodsMs);
}

function wholeNumber(flag: string, text: string, multipleOf = 1): number {
  const value = Number(text);
  if (Number.isInteger(value / multipleOf) && value >= multipleOf) return value;
  const expected = multipleOf === 1 ? 'a whole number from 1' : `a multiple of ${multipleOf}`;
  console.error(`--${flag}: expected ${expected}, got ${text}`);
  process.exit(2);
}

function printNab(folder: string): void {
  const corpus = readNab(folder);
  const windows = corpus.files.reduce((sum, file) => sum + file.windows, 0);
  console.log(`NAB, ${corpus.files.length} files, ${windows} windows; column alarm; standard / low FP / low FN`);
  for (const contender of contenders) {
    const alarms = run(
      contender,
      corpus.files.map(({ series }) => series),
    ).alarms;
    const best = (Object.keys(profiles) as Profile[]).map((profile) => bestNab(corpus, alarms, profile));
    const line = [contender.name.padEnd(36), best.map(({ score }) => score.toFixed(2)).join(' / ')];
    if (contender.name === 'offbeat') {
      const folds = twoFold(corpus, alarms, splits, seeded());
      line.push(
        `at the fixed alarm ${fixedAlarm.toFixed(3)}: ${nabAt(corpus, alarms, fixedAlarm).toFixed(2)};`,
        `two-fold ${mean(folds).toFixed(1)} (${Math.min(...folds).toFixed(1)} to ${Math.max(...folds).toFixed(1)})`,
      );
    }
    console.log(line.join('  '));
  }
  const all = corpus.files.map(({ series }) => series);
  printPeers(all, (scores) =>
    (Object.keys(profiles) as Profile[])
      .map((profile) => bestNab(corpus, scores, profile).score.toFixed(2))
      .join(' / '),
  );
}

/** Prints the figures of the peers in other languages, and how much faster this detector is over the same values. */
function printPeers(all: readonly RecordedSeries[], figuresOf: (scores: Scores) => string): void {
  if (!flags.peers) return;
  const began = performance.now();
  run(contenders[0]!, all);
  const seconds = (performance.now() - began) / 1_000;
  const own = all.reduce((sum, { values }) => sum + values.length, 0) / seconds;
  for (const peer of peers) {
    const found = scoreWithPeer(peer, all);
    const text =
      typeof found === 'string'
        ? `not available: ${found}`
        : `${figuresOf(found.scores)}  ${Math.round(found.valuesPerSecond)} values/s; offbeat is ${(own / found.valuesPerSecond).toFixed(1)} times as fast`;
    console.log(`${peer.name.padEnd(36)}  ${text}`);
  }
}

function seeded(): () => number {
  const random = new Random(1);
  return () => random.uniform();
}

function printAsd(folder: string): void {
  const all = readSegments(folder);
  console.log(
    `\nasd, ${all.length} series; column score; VUS-PR / composite F / recall at one false hour a series-week`,
  );
  for (const contender of contenders) {
    const { scores } = run(
      contender,
      all.map(({ series }) => series),
    );
    console.log(`${contender.name.padEnd(36)}  ${asdFigures(all, scores)}`);
  }
  printPeers(
    all.map(({ series }) => series),
    (scores) => asdFigures(all, scores),
  );
}

function asdFigures(all: readonly SegmentSeries[], scores: Scores): string {
  const { vusPr, compositeF, recallAtOneFalseHour } = segmentQuality(all, scores);
  return [vusPr, compositeF, recallAtOneFalseHour].map((figure) => figure.toFixed(4)).join(' / ');
}

function run(contender: Contender, all: readonly RecordedSeries[]): { scores: Scores; alarms: Scores } {
  const scores = new Map<string, Float64Array>();
  const alarms = new Map<string, Float64Array>();
  for (const series of all) {
    const { score, alarm } = contender.run(series);
    scores.set(series.name, score);
    alarms.set(series.name, alarm);
  }
  return { scores, alarms };
}

function printCalibration(): void {
  console.log(
    `\nFalse pages a series-week, ${seeds} series of ${rowsEach} rows each: at 10 s / at 60 s (after the first week)`,
  );
  for (const calm of calms) {
    const [quick, slow] = [10_000, minuteMs].map((stepMs) => falsePages(calm, stepMs, rowsEach, seeds));
    const figures = [quick!, slow!].map(({ aWeek, aWeekLater }) => `${aWeek.toFixed(2)} (${aWeekLater.toFixed(2)})`);
    console.log(`${calm.name.padEnd(20)}  ${figures.join(' / ')}`);
  }
  const runs = 4 * seeds;
  console.log(`\nRows from a step to its page, median (90 %), of ${runs} runs each after ${history} rows`);
  for (const calm of calms.filter(({ deviation, name }) => deviation > 0.5 && !/working|Fri/.test(name))) {
    const figures = [4, 10].map(
      (size) => `+${size} sd: ${delayText(stepDelays(calm, size, history, runs).rows, runs)}`,
    );
    console.log(`${calm.name.padEnd(20)}  ${figures.join('  ')}`);
  }
}

function printFleet(count: number): void {
  const { pages, byInput } = fleetPages(count);
  const parts = [...byInput].map(([name, number]) => `${name} ${number}`).join(', ');
  console.log(
    `\nPages of a day of ${count} series without trouble, by the rules of the catalogue: ${pages} (${parts || 'none'})`,
  );
}

function delayText(rows: readonly number[], runs: number): string {
  const at = (share: number): string => String(rows[Math.ceil(share * runs) - 1] ?? 'never');
  const inTime = rows.filter((delay) => delay < 6).length;
  return `${at(0.5)} (${at(0.9)}), ${inTime} of ${runs} within 6`;
}
