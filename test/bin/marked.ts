import type { RequestListener } from 'node:http';
import { expect } from 'vitest';
import { offbeat } from './run-cli.ts';

/** The mark that each secret of these tests contains, so that one search finds any of them. */
export const mark = /SEKRET/i;
/** A Standard Webhooks secret: base64 of a fixed length. */
export const webhookSecret = 'whsec_SEKRETa1B2c3D4e5F6g7H8i9J0k1L2m3';
export const path = 'SEKRETpath/B0?key=SEKRETquery';
export const pasted = `https://hooks.example.com/${path}`;

/** The secrets in an environment. */
export const environment: Readonly<Record<string, string>> = {
  TEST_PAGER: webhookSecret,
  TEST_BROKEN: 'SEKRET is no secret of a webhook',
  TEST_PASSWORD: 'SEKRET password',
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7SEKRET0',
  AWS_SECRET_ACCESS_KEY: 'SEKRETwJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLE',
  AWS_SESSION_TOKEN: 'SEKRETsessiontoken',
  AWS_REGION: 'eu-north-1',
};

/** Answers with the whole request, as a server does that is being debugged. */
export const echo =
  (status: number): RequestListener =>
  async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    const { method, url, headers } = request;
    const text = JSON.stringify({
      message: `${method} ${url} ${body}`,
      Message: url,
      __type: url,
      headers,
      error: url,
    });
    response.writeHead(status, { 'content-type': 'application/json', location: `${url}x` }).end(text);
  };

/** Returns all that a command prints, on both streams. */
export async function allOf(args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await offbeat(args);
  expect(stdout + stderr).not.toBe('');
  return stdout + stderr;
}
