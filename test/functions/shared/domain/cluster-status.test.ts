import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Component,
  clusterStatus,
  componentName,
  worstOf,
} from '../../../../functions/shared/domain/cluster-status.ts';
import { type StatusWord, statusWords } from '../../../../functions/shared/domain/inventory.ts';

const roles = { storage: 'head', chunkserver: 'server', broker: 'server', disk: 'part' } as const;

/** Returns a component. @param text `chunkserver a down` */
function component(text: string, nth = 0): Component {
  const [kind, name, status] = text.split(' ') as [keyof typeof roles, string, StatusWord];
  return {
    entity: { cluster: 'prod', kind: 'chunkserver', name },
    kind,
    role: roles[kind],
    dimensions: {},
    status,
    sinceMs: 1_000 + nth,
    ...(status === 'ok' ? {} : { reason: `reason of ${name}` }),
  };
}
const statusOf = (...texts: readonly string[]) => clusterStatus(texts.map(component));

describe('the status of a cluster', () => {
  it.each<[StatusWord, string, readonly string[]]>([
    ['unknown', 'it has no components', []],
    ['unknown', 'all heads and servers are unknown', ['storage m unknown', 'chunkserver a unknown']],
    ['unknown', 'it has only parts, which are unknown', ['disk a unknown']],
    ['down', 'a head is down', ['storage m down', 'chunkserver a ok']],
    [
      'down',
      'all servers of one kind are down',
      ['storage m ok', 'chunkserver a down', 'chunkserver b down', 'broker x ok'],
    ],
    ['degraded', 'one server of a kind is up', ['chunkserver a down', 'chunkserver b ok']],
    ['degraded', 'one server is degraded', ['chunkserver a degraded', 'chunkserver b ok']],
    ['degraded', 'a part is down', ['storage m ok', 'disk a down']],
    ['degraded', 'a server is unknown', ['storage m ok', 'chunkserver a unknown', 'chunkserver b ok']],
    ['degraded', 'a head is unknown', ['storage m unknown', 'chunkserver b ok']],
    ['ok', 'all are ok', ['storage m ok', 'chunkserver a ok', 'disk a ok']],
    ['ok', 'a part is unknown, which may have been deleted', ['storage m ok', 'disk a unknown']],
  ])('is %s if %s', (status, _case, components) => {
    expect(statusOf(...components).status).toBe(status);
  });

  it('is since the oldest fault, or since the newest change if it is ok', () => {
    expect(statusOf('storage m ok', 'disk a down', 'chunkserver b degraded').sinceMs).toBe(1_001);
    expect(statusOf('storage m ok', 'disk a ok').sinceMs).toBe(1_001);
    expect(statusOf().sinceMs).toBeUndefined();
  });

  it('is since the head is down, or the last server of a kind, where that makes it down', () => {
    expect(statusOf('disk a degraded', 'storage m down').sinceMs).toBe(1_001);
    expect(statusOf('disk a down', 'chunkserver a down', 'storage m ok', 'chunkserver b down').sinceMs).toBe(1_003);
    expect(statusOf('chunkserver a down', 'storage m down', 'chunkserver b down').sinceMs).toBe(1_001);
  });

  it('names the worst three in words, heads before servers before parts', () => {
    const { reason } = statusOf(
      'disk d down',
      'chunkserver a degraded',
      'chunkserver b unknown',
      'storage m down',
      'disk e ok',
    );
    expect(reason).toBe(
      'storage m is down: reason of m; disk d is down: reason of d; chunkserver a is degraded: reason of a; and 1 more',
    );
    expect(statusOf('storage m ok').reason).toBeUndefined();
  });

  const components = fc.array(
    fc
      .tuple(fc.constantFrom(...Object.keys(roles)), fc.constantFrom('a', 'b'), fc.constantFrom(...statusWords))
      .map((words) => component(words.join(' '))),
    { maxLength: 12 },
  );

  it('does not depend on the order of the components, and is not better than the worst server', () => {
    fc.assert(
      fc.property(components, (all) => {
        const { status } = clusterStatus(all);
        expect(clusterStatus(all.toReversed()).status).toBe(status);
        if (all.some((each) => each.role !== 'part' && each.status !== 'ok')) expect(status).not.toBe('ok');
      }),
    );
  });
});

it('the worst of some statuses is down, then degraded, then unknown, and unknown if there are none', () => {
  expect(worstOf(['ok', 'unknown', 'degraded', 'down'])).toBe('down');
  expect(worstOf(['ok', 'unknown', 'degraded'])).toBe('degraded');
  expect(worstOf(['ok', 'unknown'])).toBe('unknown');
  expect(worstOf(['ok'])).toBe('ok');
  expect(worstOf([])).toBe('unknown');
});

it('the name of a component has its dimensions', () => {
  const disk = { ...component('disk 10.77.0.12:9422 ok'), dimensions: { device: '/mnt/b' } };
  expect(componentName(disk)).toBe('disk 10.77.0.12:9422 device=/mnt/b');
});
