import { reportError, runCommandLine } from './program.ts';
import { terminalOf } from './terminal.ts';

const args = process.argv.slice(2);
const terminal = terminalOf(process);

const isService = args[0] === 'start';

// Whoever reads the output may stop early, as `head` does: then there is nobody left to tell anything. A service outlives
// the disk that its log is on being full; a command whose results are lost has failed.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  if (!isService) throw error;
});
// What cannot be written there can be said nowhere.
process.stderr.on('error', () => {});

// What no command caught ends the process all the same, but in one line.
process.on('uncaughtException', (error) => {
  reportError(error, args.includes('--verbose'), terminal);
  process.exit(1);
});

process.exitCode = await runCommandLine(args, terminal);
