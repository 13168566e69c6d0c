import { cpus, totalmem } from 'node:os';
import { benchDetectFunction } from './detect-function.ts';
import { benchDetector } from './detector.ts';
import { benchFlow } from './flow.ts';
import type { BenchRow } from './row.ts';

/** `npm run bench`: figures beside their budgets and peers, all of one run, and the machine they were taken on. */

const [cpu] = cpus();
const machine = `${cpus().length} × ${cpu?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
console.log(`Node ${process.version} on ${machine}, ${process.platform} ${process.arch}`);
console.log('Best of several rounds in one process on one core; "(peer)" is what a figure is compared with.\n');

for (const row of [...benchDetector(), ...benchDetectFunction(), ...(await benchFlow())]) console.log(lineOf(row));

function lineOf({ name, value, unit, budget, note }: BenchRow): string {
  const figure = `${Math.round(value).toLocaleString('en')} ${unit}`;
  return `${name.padEnd(44)} ${figure.padStart(28)}  ${held(value, unit, budget).padEnd(26)} ${note ?? ''}`.trimEnd();
}

function held(value: number, unit: string, budget: number | undefined): string {
  if (budget === undefined) return '';
  const met = unit === 'bytes' ? value <= budget : value >= budget;
  const bound = unit === 'bytes' ? 'at most' : 'at least';
  return `${met ? 'meets' : 'MISSES'} ${bound} ${budget.toLocaleString('en')}`;
}
