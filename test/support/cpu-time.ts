import { readFileSync } from 'node:fs';

/** The length of the ticks in which Linux counts CPU time, ms (`getconf CLK_TCK` is 100 on every platform of Node). */
const tickMs = 10;

/**
 * Returns the CPU time that the main thread of a process has used, ms. What one request makes another one wait for is
 * computation of this thread; unlike the wait itself, it does not depend on what else the machine does.
 */
export function mainThreadMs(pid: number): number {
  const text = readFileSync(`/proc/${pid}/task/${pid}/stat`, 'utf8');
  // The name of the thread, in parentheses, may contain spaces; utime and stime are fields 14 and 15 of proc(5).
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}
