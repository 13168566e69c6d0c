import { App } from 'aws-cdk-lib';
import { OffbeatStack } from '../../lib/stacks/offbeat-stack.ts';
import { loadSettings, settingsPath } from '../../local/settings-file.ts';
import { rewriteForEmulator, type Variables } from './for-emulator.ts';

/** What bin/app.ts deploys, less what the emulator does not know, and with the servers of the context `variables`. */
const app = new App();
const file: unknown = app.node.tryGetContext('settings');
const settings = loadSettings(settingsPath(typeof file === 'string' ? file : undefined));

new OffbeatStack(app, 'Offbeat', { settings, description: 'Offbeat: alerts from the beats of a cluster' });

const variables: unknown = app.node.tryGetContext('variables');
rewriteForEmulator(app.synth().directory, typeof variables === 'string' ? (JSON.parse(variables) as Variables) : {});
