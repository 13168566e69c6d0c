/*
 * Bundles every function and prints the bundles as JSON, for function-code.ts: esbuild accepts plugins in its asynchronous
 * API only, and the constructor of a construct cannot await.
 */
import { messageOf } from '../../functions/shared/domain/message-of.ts';
import { bundleAll } from './build.ts';

try {
  process.stdout.write(JSON.stringify(await bundleAll(process.argv[2])));
} catch (error) {
  process.stderr.write(messageOf(error));
  process.exitCode = 1;
}
