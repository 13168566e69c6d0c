import { describe, expect, it } from 'vitest';
import {
  kindAndOptions,
  type Receiver,
  receiverFacts,
  receiverSchema,
} from '../../../../../functions/shared/domain/receivers/registry.ts';

const webhook = receiverSchema.parse({
  name: 'pager',
  webhook: { url: 'https://pager.example/services/T0/B1', secret: 'secretsmanager:offbeat/pager' },
});
const terminal: Receiver = { name: 'screen', terminal: {} };

describe('the schema of receivers', () => {
  it('completes the options of a webhook with their defaults', () => {
    expect(webhook).toEqual({
      name: 'pager',
      webhook: {
        url: 'https://pager.example/services/T0/B1',
        secret: 'secretsmanager:offbeat/pager',
        allowPrivate: false,
        timeout: 15_000,
      },
    });
  });

  it.each([
    ['no kind', { name: 'pager' }],
    ['two kinds', { ...webhook, webhook: { url: 'https://a.example', secret: 'env:A' }, terminal: {} }],
    ['an unknown kind', { name: 'pager', pigeon: {} }],
    ['a kind that every object inherits', { name: 'pager', toString: {} }],
  ])('refuses a receiver with %s', (_, receiver) => {
    expect(receiverSchema.safeParse(receiver).success).toBe(false);
  });
});

describe('the kind of a receiver', () => {
  it('is the key beside its name', () => {
    expect(kindAndOptions(webhook)).toEqual({ kind: 'webhook', options: (webhook as { webhook: object }).webhook });
    expect(kindAndOptions(terminal)).toEqual({ kind: 'terminal', options: {} });
  });
});

describe('the facts about a receiver', () => {
  it('of kind webhook name its secret, its target and its host', () => {
    expect(receiverFacts(webhook)).toEqual({
      secrets: ['secretsmanager:offbeat/pager'],
      targets: [{ url: 'https://pager.example/services/T0/B1', allowPrivate: false }],
      pagesPeople: true,
      description: 'webhook at pager.example',
      printable: {
        url: 'https://pager.example/…',
        secret: 'secretsmanager:offbeat/pager',
        allowPrivate: false,
        timeout: 15_000,
      },
    });
  });

  it('of kind terminal name no secret and no target, and send no pages', () => {
    expect(receiverFacts(terminal)).toEqual({
      secrets: [],
      targets: [],
      pagesPeople: false,
      description: 'terminal',
      printable: {},
    });
  });
});
