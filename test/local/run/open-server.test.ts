import { expect, it } from 'vitest';
import { flagsFor } from '../../../local/run/open-server.ts';

it.each([
  ['http://127.0.0.1:8787', ''],
  ['http://localhost:8787', ''],
  ['http://127.0.0.1:9000', ' --port 9000'],
  ['http://[::1]:8787', ' --url http://[::1]:8787'],
  ['http://192.0.2.7:8787', ' --url http://192.0.2.7:8787'],
])('a command reaches %s with the flags "%s"', (url, flags) => {
  expect(flagsFor(url)).toBe(flags);
});
