/*
 * Bundles every function and prints them as JSON, for function-code.ts: esbuild takes plugins in its asynchronous API
 * only, and a construct cannot wait.
 */
import { messageOf } from '../../functions/shared/domain/message-of.ts';
import { bundleAll } from './build.ts';

try {
  process.stdout.write(JSON.stringify(await bundleAll(process.argv[2])));
} catch (error) {
  process.stderr.write(messageOf(error));
  process.exitCode = 1;
}
