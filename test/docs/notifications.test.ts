import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { webhookBody } from '../../functions/notify/receivers/webhook.ts';
import { gapMs } from '../../functions/notify/retry-policy.ts';
import { toMessage } from '../../functions/publish/message.ts';
import { alertSchema } from '../../functions/shared/domain/alert.ts';
import { dayMs, hourMs, minuteMs } from '../../functions/shared/domain/durations.ts';

const read = (file: string): string => readFileSync(join(import.meta.dirname, '../..', file), 'utf8');
const page = read('docs/notifications.md');

const example: unknown = JSON.parse(/```json\n(\{\n {2}"type".*?)\n```/s.exec(page)?.[1] ?? 'null');
const { data } = example as { readonly data: unknown };

/** The first cells of the table whose head begins so. */
function names(head: string): string[] {
  const rows = page
    .slice(page.indexOf(`| ${head}`))
    .split('\n\n')[0]!
    .split('\n')
    .slice(2);
  return rows.map((row) => /^\| `([^`]+)`/.exec(row)?.[1] ?? row);
}

describe('docs/notifications.md', () => {
  it('shows a body as the webhook sends it', () => {
    expect(alertSchema.parse(data)).toEqual(data);
    expect(webhookBody(alertSchema.parse(data))).toBe(JSON.stringify(example));
  });

  it('names every field of an alert, in its order, and no other', () => {
    expect(names('field of `data`')).toEqual(Object.keys(alertSchema.shape));
  });

  it('names every attribute of the SNS message and shows its subject', () => {
    const { attributes, subject } = toMessage(alertSchema.parse(data));
    expect(names('attribute')).toEqual(Object.keys(attributes));
    expect(page).toContain(`\`${subject}\``);
  });

  it('promises what docs/exactly-once.md promises, in the same words', () => {
    const [, promise] = read('docs/exactly-once.md').split('\n\n');
    expect(promise).toContain('at\nleast once');
    expect(page).toContain(promise);
  });

  it('has the waits of the schedule', () => {
    const apart = page.slice(page.indexOf('| failing for'), page.indexOf('Half of each wait'));
    const gaps = [0, 15 * minuteMs - 1, hourMs - 1, dayMs - 1].map((failingMs) => gapMs(failingMs)! / 1_000);
    expect([...apart.matchAll(/(\d+) s/g)].map(([, seconds]) => Number(seconds))).toEqual(gaps.slice(0, 3));
    expect(apart).toContain(`| ${gaps[3]! / 60} min`);
    expect([gapMs(dayMs), page.includes('After 24 hours it is given up')]).toEqual([undefined, true]);
  });
});
