import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { retryScheduleMs } from '../../functions/notify/backoff.ts';
import { webhookBody } from '../../functions/notify/webhook.ts';
import { toMessage } from '../../functions/publish/message.ts';
import { alertSchema } from '../../functions/shared/domain/alert.ts';

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
    const words = (ms: number): string => {
      const [hours, minutes, seconds] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60, (ms / 1_000) % 60];
      const parts = [hours && `${hours} h`, minutes && `${minutes} min`, seconds && `${seconds} s`];
      return parts.filter(Boolean).join(' ');
    };
    const longest = Math.max(...retryScheduleMs);
    const rising = retryScheduleMs.filter((ms) => ms < longest).map(words);
    expect(retryScheduleMs.filter((ms) => ms === longest)).toHaveLength(3);
    expect(page).toContain(`${rising.join(', ')}, and three times ${words(longest)}:`);
  });
});
