import { createPost } from '../shared/adapters/http/post.ts';
import { UsageError } from '../shared/domain/errors.ts';
import { powertoolsTelemetry } from '../shared/handler/telemetry.ts';
import { systemClock } from '../shared/ports/clock.ts';
import { originsOf, signInSettingsOf } from './environment.ts';
import { createPage } from './handler.ts';
import { readPageFiles } from './page-files.ts';
import { pageFolder } from './page-folder.ts';
import { userPoolAt } from './session/user-pool.ts';

const { env } = process;
const signIn = signInSettingsOf(env);
const files = readPageFiles(`${import.meta.dirname}/${pageFolder}`);
if (files === undefined) throw new UsageError(`${pageFolder} does not exist: the function is deployed with the page`);

export const handler = createPage({
  files,
  origins: originsOf(env),
  signIn,
  userPool: userPoolAt({ ...signIn, post: createPost() }),
  clock: systemClock,
  telemetry: powertoolsTelemetry({ service: 'page' }),
});
