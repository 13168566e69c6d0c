import { App } from 'aws-cdk-lib';
import { OffbeatStack } from '../lib/stacks/offbeat-stack.ts';
import { loadSettings, settingsPath } from '../local/settings-file.ts';

const app = new App();
const file: unknown = app.node.tryGetContext('settings');
const settings = loadSettings(settingsPath(typeof file === 'string' ? file : undefined));

new OffbeatStack(app, 'Offbeat', { settings, description: 'Offbeat: alerts from the beats of a cluster' });
