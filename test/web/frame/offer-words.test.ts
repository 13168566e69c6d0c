import { describe, expect, it } from 'vitest';
import { ApiProblem } from '../../../web/api/client.ts';
import { offerWords, paletteHeading } from '../../../web/frame/offer-words.ts';

it('a series that is found is named in words, with its text behind it', () => {
  const text = 'recorded/host/node-b system.network.out.bytes{interface=eth0}';
  expect(offerWords({ kind: 'series', title: text, subtitle: 'series' })).toEqual({
    title: 'Network out of node-b, eth0',
    hint: text,
  });
  expect(offerWords({ kind: 'machine', title: 'node-b', subtitle: 'host of recorded' })).toEqual({
    title: 'node-b',
    hint: 'host of recorded',
  });
});

describe('what the palette says above its offers', () => {
  const none = { data: undefined, problem: undefined, isOfBefore: false };
  const empty = { results: [] };

  it('is that it searches, until the server has answered the text that stands there', () => {
    expect(paletteHeading('node', none, 0)).toBe('Searching');
    expect(paletteHeading('node-x', { ...none, data: empty, isOfBefore: true }, 0)).toBe('Searching');
  });

  it('is that nothing is found only after an answer', () => {
    expect(paletteHeading('node', { ...none, data: empty }, 0)).toBe('Nothing is found');
    expect(paletteHeading('node', { ...none, data: empty }, 2)).toBe('Found');
  });

  it('is why it could not search', () => {
    const problem = new ApiProblem(503, 'Busy', 'The server is too busy.');
    expect(paletteHeading('node', { ...none, problem }, 0)).toBe('Not searched: The server is too busy.');
  });
});
