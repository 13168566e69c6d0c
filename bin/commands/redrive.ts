import { Command } from 'commander';
import type { Console } from '../console.ts';
import { withExamples } from '../options.ts';

export function redriveCommand(console: Console): Command {
  const command = new Command('redrive').action(() => console.print('x'));
  return withExamples(command);
}
