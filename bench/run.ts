import { cpus, loadavg, totalmem } from 'node:os';
import { benchBacklog } from './backlog.ts';
import { benchBulk } from './bulk.ts';
import { benchConsole } from './console.ts';
import { benchDetectFunction } from './detect-function.ts';
import { benchDetector } from './detector.ts';
import { benchFlow } from './flow.ts';
import { LeftOut } from './left-out.ts';
import { benchMillion } from './million.ts';
import { benchNormalise } from './normalise.ts';
import { benchOtlp } from './otlp.ts';
import { benchRealFlow } from './real-flow.ts';
import { benchRecorded } from './recorded.ts';
import { lineOf } from './row.ts';
import { benchStorage } from './storage.ts';
import { benchTicks } from './ticks.ts';

/**
 * The benchmarks: `npm run bench` prints figures beside their budgets and peers, all of one run, and the machine.
 * `npm run bench -- flow ticks` runs these parts alone.
 */

const parts = {
  normalise: benchNormalise,
  otlp: benchOtlp,
  detector: benchDetector,
  'detect-function': benchDetectFunction,
  ticks: benchTicks,
  storage: benchStorage,
  console: benchConsole,
  flow: benchFlow,
  bulk: benchBulk,
  backlog: benchBacklog,
  recorded: benchRecorded,
  'real-flow': benchRealFlow,
  million: benchMillion,
};

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !Object.hasOwn(parts, name));
if (unknown !== undefined) {
  console.error(`no part "${unknown}"; expected some of ${Object.keys(parts).join(', ')}`);
  process.exit(2);
}

const [cpu] = cpus();
const machine = `${cpus().length} × ${cpu?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
console.log(
  `Node ${process.version} on ${machine}, ${process.platform} ${process.arch}, load ${loadavg()[0]?.toFixed(1)}`,
);
console.log(
  'Medians of several rounds in one process on one core, work and peer in turns, after one round not counted.',
);
console.log('± is the median absolute deviation; "(peer)" is what the rows below it are compared with, by medians.\n');

for (const [name, bench] of Object.entries(parts)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  try {
    for await (const row of await bench()) console.log(typeof row === 'string' ? row : lineOf(row));
  } catch (error) {
    if (!(error instanceof LeftOut)) throw error;
    console.log(`left out: ${name} ${error.message}`);
  }
}
