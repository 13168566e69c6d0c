import { consoleOf } from './console.ts';
import { runCommandLine, sayWhy } from './program.ts';

const args = process.argv.slice(2);
const console = consoleOf(process);

// Whoever reads the output may stop early, as `head` does: then there is nobody left to tell anything.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

// What no command caught ends the process all the same, but in one line.
process.on('uncaughtException', (error) => {
  sayWhy(error, args.includes('--verbose'), console);
  process.exit(1);
});

process.exitCode = await runCommandLine(args, console);
