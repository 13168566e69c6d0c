import type { RequestListener } from 'node:http';
import { expect } from 'vitest';
import { offbeat } from './run-cli.ts';

/** Each secret of these tests contains the mark, so that one look finds any of them. */
export const mark = /SEKRET/i;
/** A Standard Webhooks secret is base64, and has a length of its own. */
export const webhookSecret = 'whsec_SEKRETa1B2c3D4e5F6g7H8i9J0k1L2m3';
export const path = 'SEKRETpath/B0?key=SEKRETquery';
export const pasted = `https://hooks.example.com/${path}`;

/** Secrets as an environment holds them. */
export const environment: Readonly<Record<string, string>> = {
  TEST_PAGER: webhookSecret,
  TEST_BROKEN: 'SEKRET is no secret of a webhook',
  TEST_PASSWORD: 'SEKRET password',
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7SEKRET0',
  AWS_SECRET_ACCESS_KEY: 'SEKRETwJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLE',
  AWS_SESSION_TOKEN: 'SEKRETsessiontoken',
  AWS_REGION: 'eu-north-1',
};

/** Answers with all that it was sent, as a server does that is being debugged. */
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

/** All that a command prints, also where it came from. */
export async function allOf(args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await offbeat(args);
  expect(stdout + stderr).not.toBe('');
  return stdout + stderr;
}
