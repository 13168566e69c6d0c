import { reportError, runCommandLine } from './program.ts';
import { terminalOf } from './terminal.ts';

const args = process.argv.slice(2);
const terminal = terminalOf(process);

const isService = args[0] === 'start';

// A reader of the output may stop early, as `head` does: then no reader is left, and the command ends. A service continues
// when the disk of its log is full; a command whose results are lost has failed.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  if (!isService) throw error;
});
// Where standard error cannot be written, there is no other place to report that.
process.stderr.on('error', () => {});

// An error that no command caught ends the process, with one line that reports it.
process.on('uncaughtException', (error) => {
  reportError(error, args.includes('--verbose'), terminal);
  process.exit(1);
});

process.exitCode = await runCommandLine(args, terminal);
// A command of the AWS profile that provides credentials may never end, and would keep this process alive.
if (args[0] === 'check-account') process.stdout.write('', () => process.exit());
