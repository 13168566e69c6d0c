import { App } from 'aws-cdk-lib';
import { deploy } from '../../lib/deploy.ts';
import { failAtTheEnd } from './failing-stack.ts';
import { rewriteForEmulator, type Variables } from './for-emulator.ts';

/**
 * The app of bin/app.ts without what the emulator does not know, and with the servers of the context `variables`, and
 * with a failure at the end of the stack of the context `failing`.
 */
const app = new App();
const context = (name: string): string | undefined => {
  const value: unknown = app.node.tryGetContext(name);
  return typeof value === 'string' ? value : undefined;
};
const [settingsFile, layoutFile, variables] = [context('settings'), context('layout'), context('variables')];
const failing = context('failing');

const { network, state, functions } = deploy(app, {
  ...(settingsFile && { settingsFile }),
  ...(layoutFile && { layoutFile }),
});
for (const stack of [network, state, functions]) if (stack.stackName === failing) failAtTheEnd(stack);
rewriteForEmulator(app.synth().directory, variables === undefined ? {} : (JSON.parse(variables) as Variables));
