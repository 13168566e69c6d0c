import { expect, it } from 'vitest';
import { isPreviewOf } from '../../../web/alerts/preview.ts';
import type { Silence } from '../../../web/api/alert-types.ts';
import { countedText, mutingText, questionOf, sortedSilences } from '../../../web/views/silences/lists.ts';

const silence = (id: string, endsAtMs: number): Silence => ({ id, endsAtMs, startsAtMs: 0 }) as Silence;

it('silences that mute are asked for by themselves, so that newer ones that are over do not hide them', () => {
  expect(questionOf('active', 'prod')).toEqual({ state: 'active', cluster: 'prod', limit: 1_000 });
  expect(questionOf('over', 'prod')).toMatchObject({ state: 'over' });
});

it('the next silence to end is first, and of those that are over the last to end', () => {
  const silences = [silence('late', 3), silence('soon', 1)];
  expect(sortedSilences('active', { silences }).map(({ id }) => id)).toEqual(['soon', 'late']);
  expect(sortedSilences('over', { silences }).map(({ id }) => id)).toEqual(['late', 'soon']);
});

it('a list that is not complete says that there may be more', () => {
  expect(countedText({ silences: [silence('a', 1)], next: undefined })).toBe('1');
  expect(countedText({ silences: [silence('a', 1)], next: 'cursor' })).toBe('1 or more');
});

it('an alert that is under two silences is not counted twice', () => {
  expect(mutingText([{ mutesNow: 3 }])).toBe('One silence mutes 3 open alerts');
  expect(mutingText([{ mutesNow: 3 }, { mutesNow: 3 }])).toBe('Two silences mute open alerts');
  expect(mutingText([{ mutesNow: 0 }, { mutesNow: 0 }])).toBe('Two silences mute nothing now');
});

it('the preview of a silence without the matcher that was just added is not that of the silence', () => {
  const shown = { cluster: 'prod', matchers: { name: 'node-c' }, endsAtMs: 1 };
  expect(isPreviewOf({ of: shown }, { ...shown, endsAtMs: 2 })).toBe(true);
  expect(isPreviewOf({ of: shown }, { ...shown, matchers: { name: 'node-c', metric: 'cpu' } })).toBe(false);
  expect(isPreviewOf({}, shown)).toBe(false);
});
