import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { inUnitInterval } from '../../../functions/detect/detector/reading.ts';
import type { RecordedSeries } from '../labelled-series.ts';

/** The folder that the packages of the peers are kept in. */
const cache = join(homedir(), '.cache', 'offbeat-bench-peers');
const riverVersion = '0.26.1';
const forestVersion = '4.3.0';
const forestArtifact = `software.amazon.randomcutforest:randomcutforest-core:${forestVersion}`;
/** The most bytes that a peer may print: the scores of 400,000 values are about 10 MB. */
const outputMax = 256 * 1024 * 1024;

/** A detector in another language. */
export interface Peer {
  readonly name: string;
  /**
   * Installs the peer, unless it is in the cache.
   * @returns the command that scores the lines of its standard input, and its arguments
   * @throws {Error} if its language is missing, or its packages cannot be had
   */
  install(): readonly [command: string, ...args: string[]];
}

/** The scores of a peer by the names of the series, and the values that it scored a second. */
export interface PeerScores {
  readonly scores: ReadonlyMap<string, Float64Array>;
  readonly valuesPerSecond: number;
}

export const peers: readonly Peer[] = [
  { name: `Holt, river ${riverVersion} (peer)`, install: installRiver },
  { name: `Random Cut Forest ${forestVersion} (peer)`, install: installForest },
];

function installRiver(): [string, ...string[]] {
  const folder = join(cache, `river-${riverVersion}`);
  const python = join(folder, 'bin', 'python');
  const isInstalled = existsSync(join(folder, 'pyvenv.cfg')) && succeeds(python, ['-c', 'import river']);
  if (!isInstalled) {
    run('python3', ['-m', 'venv', folder]);
    run(python, ['-m', 'pip', 'install', '--quiet', `river==${riverVersion}`]);
  }
  return [python, join(import.meta.dirname, 'holt_winters.py')];
}

function installForest(): [string, ...string[]] {
  const jar = join(cache, `randomcutforest-core-${forestVersion}.jar`);
  mkdirSync(cache, { recursive: true });
  if (!existsSync(jar)) {
    const goal = ['dependency:copy', `-Dartifact=${forestArtifact}`, `-DoutputDirectory=${cache}`];
    run('mvn', ['--quiet', '--batch-mode', ...goal]);
  }
  run('java', ['-version']);
  return ['java', '-cp', jar, join(import.meta.dirname, 'RandomCutForestScores.java')];
}

const run = (command: string, args: readonly string[], input = ''): string =>
  execFileSync(command, args, {
    input,
    encoding: 'utf8',
    maxBuffer: outputMax,
    cwd: import.meta.dirname,
    stdio: ['pipe', 'pipe', 'pipe'],
  });

function succeeds(command: string, args: readonly string[]): boolean {
  try {
    run(command, args);
    return true;
  } catch {
    return false;
  }
}

/**
 * Scores series with a peer.
 * @returns the scores, or the reason why the peer is not available
 */
export function scoreWithPeer(peer: Peer, all: readonly RecordedSeries[]): PeerScores | string {
  try {
    const [command, ...args] = peer.install();
    const lines = all.map(({ name, values }) => `${name}\t${[...values].join(',')}\n`);
    return readScores(run(command, args, lines.join('')));
  } catch (error) {
    return error instanceof Error ? error.message.split('\n', 2).join(' ') : String(error);
  }
}

/**
 * Reads what a peer prints: a line for each series with its name, the seconds that it took, and its scores.
 * @throws {Error} if a line has another form
 */
export function readScores(text: string): PeerScores {
  const scores = new Map<string, Float64Array>();
  let [values, seconds] = [0, 0];
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const [name, took, list] = line.split('\t');
    const own = Float64Array.from((list ?? '').split(','), Number);
    if (name === undefined || !(Number(took) >= 0) || own.some(Number.isNaN))
      throw new Error(`expected a name, seconds and scores, separated by tabs; got ${line.slice(0, 80)}`);
    scores.set(name, own.map(inUnitInterval));
    values += own.length;
    seconds += Number(took);
  }
  return { scores, valuesPerSecond: values / seconds };
}
