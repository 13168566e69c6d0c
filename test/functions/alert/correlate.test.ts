import { describe, expect, it } from 'vitest';
import { anomaliesMax, membersMax } from '../../../functions/alert/cluster-state.ts';
import { correlate } from '../../../functions/alert/correlate.ts';
import type { EntityKind } from '../../../functions/shared/domain/entity.ts';
import { clusterOf, member, openAlert, times } from './members.ts';
import { midnightMs, seriesAt } from './signals.ts';

const { onsetWindow } = times;
/** A member on an entity, whose onset is some seconds after midnight. */
const on = (kind: EntityKind, name: string, seconds = 0, dataset = 'system.diskio') =>
  member({
    id: `${kind} ${name} ${seconds} ${dataset}`,
    series: seriesAt(kind, name, `${dataset}.x`),
    dataset,
    startsAtMs: midnightMs + seconds * 1000,
  });
const first = on('host', 'a');

/** The reason for which an anomaly joins the alert of `first`, or `opened`. */
function reasonOf(joining: ReturnType<typeof member>): string {
  const cluster = clusterOf(openAlert([first]));
  return correlate(cluster, joining, onsetWindow, midnightMs).trace.at(-1)!.reason;
}

describe('an anomaly joins the alert of a host’s disk', () => {
  // The relations of docs/alerts.md#what-belongs-together; the window is the default onsetWindow, 120 s.
  it.each([
    ['of the same series, whenever it began', on('host', 'a', 9999), 'same series again'],
    ['of the same host', on('host', 'a', 1, 'system.cpu'), 'same entity'],
    ['of another host with the same dataset', on('host', 'b'), 'same dataset'],
    ['of a chunkserver', on('chunkserver', 'c', 0, 'moosefs.chunkserver'), 'same tier'],
    ['at the end of the window', on('host', 'b', 120), 'same dataset'],
    ['at the start of the window', on('host', 'b', -120), 'same dataset'],
  ])('if it is %s', (_, joining, reason) => {
    expect(reasonOf(joining)).toBe(reason);
  });

  it.each([
    ['of another host with another dataset', on('host', 'b', 0, 'system.cpu')],
    ['of a service', on('service', 's', 0, 'http.server')],
    ['after the window', on('host', 'b', 120.001)],
    ['before the window', on('host', 'b', -120.001)],
  ])('but opens its own if it is %s', (_, joining) => {
    expect(reasonOf(joining)).toBe('opened');
  });
});

describe('an anomaly that is related to several alerts', () => {
  const alerts = () => [
    openAlert([on('host', 'b')], { id: 'dataset' }),
    openAlert([on('host', 'c')], { id: 'dataset, younger' }),
    openAlert([on('host', 'a', 0, 'system.cpu')], { id: 'entity' }),
  ];

  it('joins the one to which it has the closest tie', () => {
    expect(correlate(clusterOf(...alerts()), first, onsetWindow, midnightMs).id).toBe('entity');
  });

  it('joins the oldest of equally close ones', () => {
    expect(correlate(clusterOf(...alerts().slice(0, 2)), first, onsetWindow, midnightMs).id).toBe('dataset');
  });

  it('opens another alert where the related one is full', () => {
    const full = openAlert(Array.from({ length: membersMax }, () => first));
    const cluster = clusterOf(full);
    expect(correlate(cluster, first, onsetWindow, midnightMs)).not.toBe(full);
    expect(cluster.alerts.size).toBe(2);
  });
});

it('an anomaly beyond the limit of its cluster is refused and changes nothing', () => {
  const full = openAlert(Array.from({ length: anomaliesMax }, () => first));
  const cluster = clusterOf(full);
  expect(() => correlate(cluster, on('service', 's'), onsetWindow, midnightMs)).toThrow(
    'cluster prod: its open alerts contain 20000 anomalies, which is the limit; raise floors in the settings',
  );
  expect([cluster.alerts.size, full.members.length, full.trace.length]).toEqual([1, anomaliesMax, 0]);
});
