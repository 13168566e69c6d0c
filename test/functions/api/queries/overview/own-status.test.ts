import { expect, it } from 'vitest';
import { ownStatus } from '../../../../../functions/api/queries/overview/own-status.ts';
import { health } from '../../api-on-store.ts';

const failing = { name: 'pager', status: 'failing', failures: 1, waiting: 1, deadLetters: 0 } as const;
const pending = [{ stage: 'detect', partition: 0, ageMs: 300_000 }];

it('what holds it up is named before what does not', () => {
  const status = ownStatus({ ...health, status: 'held up', pending, receivers: [failing] });
  expect(status).toEqual({
    status: 'held up',
    reason: 'stage detect: a transaction is not sent for 300 s',
    lagRecords: 0,
  });
});

it('a receiver that fails is the reason where nothing is held up', () => {
  const status = ownStatus({ ...health, status: 'degraded', pending, receivers: [failing] });
  expect(status).toMatchObject({ status: 'degraded', reason: 'receiver pager is failing' });
});
