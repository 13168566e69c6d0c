import { consoleOf } from './console.ts';
import { runCommandLine } from './program.ts';

// Whoever reads the output may stop early, as `head` does: then there is nobody left to tell anything.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

process.exitCode = await runCommandLine(process.argv.slice(2), consoleOf(process));
