import { App } from 'aws-cdk-lib';
import { deploy } from '../lib/deployment/deploy.ts';
import { settingsPath } from '../local/settings-file.ts';

const app = new App();
const file: unknown = app.node.tryGetContext('settings');
const settingsFile = settingsPath(typeof file === 'string' ? file : undefined);

deploy(app, settingsFile === undefined ? {} : { settingsFile });
