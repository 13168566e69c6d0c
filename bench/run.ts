import { cpus, loadavg, totalmem } from 'node:os';
import { benchDetectFunction } from './detect-function.ts';
import { benchDetector } from './detector.ts';
import { benchFlow } from './flow.ts';
import { LeftOut } from './left-out.ts';
import { benchMillion } from './million.ts';
import { benchRealFlow } from './real-flow.ts';
import { benchRecorded } from './recorded.ts';
import { lineOf } from './row.ts';

/** `npm run bench`: figures beside their budgets and peers, all of one run, and the machine they were taken on. */

const [cpu] = cpus();
const machine = `${cpus().length} × ${cpu?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
console.log(
  `Node ${process.version} on ${machine}, ${process.platform} ${process.arch}, load ${loadavg()[0]?.toFixed(1)}`,
);
console.log(
  'Medians of several rounds in one process on one core, work and peer in turns, after one round not counted.',
);
console.log('± is the median absolute deviation; "(peer)" is what the rows below it are compared with, by medians.\n');

for (const bench of [benchDetector, benchDetectFunction, benchFlow, benchRecorded, benchRealFlow, benchMillion]) {
  try {
    for await (const row of await bench()) console.log(typeof row === 'string' ? row : lineOf(row));
  } catch (error) {
    if (!(error instanceof LeftOut)) throw error;
    console.log(`left out: ${bench.name} ${error.message}`);
  }
}
