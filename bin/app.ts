import { App } from 'aws-cdk-lib';
import { UsageError } from '../functions/shared/domain/errors.ts';
import { deploy } from '../lib/deploy.ts';
import { settingsPath } from '../settings/file.ts';
import { terminalOf } from './terminal.ts';

const app = new App();
const file: unknown = app.node.tryGetContext('settings');

try {
  const settingsFile = settingsPath(typeof file === 'string' ? file : undefined);
  deploy(app, settingsFile === undefined ? {} : { settingsFile });
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  terminalOf(process).warn(`offbeat: ${error.message}`);
  process.exit(1);
}
