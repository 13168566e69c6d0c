import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { forgetApplied, forgetAsked, isPending, keepAsked, pendingText } from '../../../web/alerts/asked.ts';
import { acknowledge } from '../../../web/alerts/send.ts';

const open = { id: 'a1', status: 'open' } as const;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  forgetAsked(['a1']);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('an acknowledgement that is on its way', () => {
  it('is not offered again, and the alert says so', () => {
    keepAsked(['a1'], 'ack');
    expect([isPending('a1', 'ack'), pendingText(open)]).toEqual([true, 'Being acknowledged']);
  });

  it('does not keep from resolving', () => {
    keepAsked(['a1'], 'ack');
    expect(isPending('a1', 'resolve')).toBe(false);
  });

  it('is offered again if it was not applied in 30 s, and the alert says so', () => {
    keepAsked(['a1'], 'ack');
    vi.advanceTimersByTime(30_000);
    expect([isPending('a1', 'ack'), pendingText(open)]).toEqual([false, 'The acknowledgement is not applied yet']);
    keepAsked(['a1'], 'ack');
    expect(pendingText(open)).toBe('Being acknowledged');
  });

  it('is forgotten once it shows, so that an alert that opens again can be acknowledged', () => {
    keepAsked(['a1'], 'ack');
    forgetApplied([open]);
    expect(isPending('a1', 'ack')).toBe(true);
    forgetApplied([{ id: 'a1', status: 'acknowledged' }]);
    expect([isPending('a1', 'ack'), pendingText(open)]).toEqual([false, undefined]);
  });

  it('is sent once however often a key is pressed', async () => {
    const sent: string[] = [];
    vi.stubGlobal('localStorage', { getItem: () => null });
    vi.stubGlobal('window', globalThis);
    vi.stubGlobal('fetch', async (_: string, { body }: { readonly body: string }) => {
      sent.push(body);
      return Response.json({ accepted: 'x', warnings: [] }, { status: 202 });
    });
    const target = { id: 'a1', cluster: 'prod' };
    await Promise.all([acknowledge([target], 'CPU'), acknowledge([target], 'CPU')]);
    expect(sent).toHaveLength(1);
  });
});
