import { describe, expect, it } from 'vitest';
import { withoutGone } from '../../../../functions/shared/domain/gone-servers.ts';
import type { ComponentKind, StatusWord } from '../../../../functions/shared/domain/inventory.ts';

const component = (kind: ComponentKind, status: StatusWord, measurements: Readonly<Record<string, number>> = {}) => ({
  kind,
  status,
  measurements,
});
const search = (status: StatusWord, nodes: number) =>
  component('opensearch', status, { 'elasticsearch.cluster.nodes.count': nodes });
const node = (status: StatusWord) => component('search-node', status);

describe('a server of which nothing was heard for a while', () => {
  it('is gone where its whole is ok and has no more servers than were heard of: it was replaced', () => {
    const [whole, old, ...others] = [search('ok', 2), node('unknown'), node('ok'), node('degraded')];
    expect(withoutGone([whole!, old!, ...others])).toEqual([whole, ...others]);
  });

  it.each([
    ['counts it still', [search('ok', 3), node('unknown'), node('ok'), node('ok')]],
    ['is not ok, as after a crash', [search('degraded', 2), node('unknown'), node('ok'), node('ok')]],
    ['does not say how many it has', [component('opensearch', 'ok'), node('unknown'), node('ok')]],
    ['is not known', [node('unknown'), node('ok')]],
    ['is one of two, and the other is not ok', [search('ok', 1), search('down', 0), node('unknown'), node('ok')]],
    ['is that of another kind', [search('ok', 0), component('broker', 'unknown')]],
  ])('stays where its whole %s', (_, components) => {
    expect(withoutGone(components)).toEqual(components);
  });

  it('is compared with all wholes of its kind together', () => {
    const components = [search('ok', 1), search('ok', 2), node('ok'), node('ok'), node('unknown')];
    expect(withoutGone(components)).toEqual(components);
    expect(withoutGone([...components, node('ok')])).not.toContainEqual(node('unknown'));
  });
});
