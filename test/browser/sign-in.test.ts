import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { patience } from '../support/patience.ts';
import { startChromium } from './support/chromium.ts';
import { RunningOffbeat } from './support/running-offbeat.ts';
import { SignedInGateway } from './support/signed-in-gateway.ts';

let browser: Browser;
let offbeat: RunningOffbeat;
let gateway: SignedInGateway;
let context: BrowserContext;
let page: Page;
/** Errors that nothing caught, and violations of the content security policy. */
const faults: string[] = [];

beforeAll(async () => {
  [browser, offbeat] = await Promise.all([
    startChromium(),
    RunningOffbeat.start('cluster: { name: prod }\n', ['--no-replay']),
  ]);
  gateway = new SignedInGateway(offbeat.url);
  await gateway.open();
  context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  page = await context.newPage();
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => /Content Security Policy/.test(message.text()) && faults.push(message.text()));
});
afterAll(async () => {
  await browser?.close();
  await gateway?.close();
  await offbeat?.stop();
});
beforeEach(() => {
  faults.length = 0;
});

const view = '/machines?from=-1h&to=now&cluster=prod';
const signInLink = () => page.getByRole('link', { name: 'Sign in', exact: true });
const heading = (name: string) => page.getByRole('heading', { name, exact: true, level: 1 });
const kept = () => page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])');

describe('a person who opens a link to the page on AWS', () => {
  it('is asked to sign in, and not for a token', async () => {
    await page.goto(`${gateway.url}${view}`);
    await signInLink().waitFor({ timeout: patience.timeout });
    expect(await page.getByLabel('Access token').count()).toBe(0);
    expect(await page.getByText('Your session ended').count()).toBe(0);
  });

  it('reads why it failed where the user pool sends no code, and can try again', async () => {
    gateway.refusal = 'access_denied';
    await signInLink().click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toContain('You were not signed in.');
    gateway.refusal = undefined;
    await signInLink().click();
    await heading('Machines').waitFor({ timeout: patience.timeout });
    expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe(view);
  });

  it('sees who is signed in; no script of the page finds a refresh token or keeps a token', async () => {
    await page.getByText('ada, operator.').waitFor();
    expect(await kept()).not.toMatch(/access\.|refresh\./);
    const cookies = await context.cookies(`${gateway.url}/session/renew`);
    expect(
      cookies.map(({ name, httpOnly, secure, sameSite, path }) => ({ name, httpOnly, secure, sameSite, path })),
    ).toEqual([
      { name: '__Secure-offbeat-session', httpOnly: true, secure: true, sameSite: 'Strict', path: '/session' },
    ]);
    expect(await context.cookies(gateway.url)).toEqual([]);
  });

  it('stays signed in when the page is loaded again, and when its token ends', async () => {
    await page.reload();
    await page.getByText('ada, operator.').waitFor({ timeout: patience.timeout });
    const before = gateway.renewals;
    gateway.endTokens();
    await expect.poll(() => gateway.renewals, patience).toBeGreaterThan(before);
    await page.getByText('ada, operator.').waitFor();
    expect(await signInLink().count()).toBe(0);
  });

  it('is asked again at the same address when the session has ended, and returns to it', async () => {
    gateway.endSessions();
    await page.getByText('Your session ended').waitFor({ timeout: patience.timeout });
    expect(page.url()).toBe(`${gateway.url}${view}`);
    await signInLink().click();
    await heading('Machines').waitFor({ timeout: patience.timeout });
    expect(page.url()).toBe(`${gateway.url}${view}`);
  });

  it('signs out, and is then asked to sign in', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click();
    await signInLink().waitFor({ timeout: patience.timeout });
    expect(page.url()).toBe(`${gateway.url}/`);
    expect(await context.cookies(`${gateway.url}/session/renew`)).toEqual([]);
    expect(await page.getByText('Your session ended').count()).toBe(0);
  });

  it('has met no error that nothing caught', () => {
    expect(faults).toEqual([]);
  });
});
