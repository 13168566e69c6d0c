import { App } from 'aws-cdk-lib';
import { deploy } from '../../lib/deploy.ts';
import { rewriteForEmulator, type Variables } from './for-emulator.ts';

/** The app of bin/app.ts without what the emulator does not know, and with the servers of the context `variables`. */
const app = new App();
const context = (name: string): string | undefined => {
  const value: unknown = app.node.tryGetContext(name);
  return typeof value === 'string' ? value : undefined;
};
const [settingsFile, layoutFile, variables] = [context('settings'), context('layout'), context('variables')];

deploy(app, { ...(settingsFile && { settingsFile }), ...(layoutFile && { layoutFile }) });
rewriteForEmulator(app.synth().directory, variables === undefined ? {} : (JSON.parse(variables) as Variables));
