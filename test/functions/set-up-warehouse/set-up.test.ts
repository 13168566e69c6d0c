import { describe, expect, it } from 'vitest';
import { createSetUp } from '../../../functions/set-up-warehouse/handler.ts';
import { policies } from '../../../functions/set-up-warehouse/lifecycle.ts';
import { setUpWarehouse } from '../../../functions/set-up-warehouse/set-up.ts';
import type { SearchServer, ServerAnswer } from '../../../functions/shared/adapters/opensearch/server.ts';
import { UnavailableError } from '../../../functions/shared/domain/errors.ts';
import { silentTelemetry } from '../../../functions/shared/ports/telemetry.ts';
import { families } from '../../../functions/shared/ports/warehouse.ts';
import { type KeptFamily, keptDays, longestDays, periodOf } from '../../../functions/shared/warehouse/retention.ts';
import { ManualClock } from '../../local/memory-broker.ts';
import { lambdaContext } from '../../support/lambda-context.ts';

/**
 * A server with Index State Management and Dashboards. The node of the real tests has neither plugin, so the answers
 * follow their documentation, and the requests are compared with the recorded one below.
 * @see https://docs.opensearch.org/latest/im-plugin/ism/api/
 */
class PluginServer implements SearchServer {
  readonly documents = new Map<string, { content: Record<string, unknown>; sequence: number }>();
  readonly put: string[] = [];
  readonly bodies = new Map<string, unknown>();
  imported = 0;
  deny: string | undefined;

  async request(method: string, path: string, body?: object | string): Promise<ServerAnswer> {
    const [bare] = path.split('?') as [string];
    if (method === 'POST') return this.#import();
    if (bare.endsWith('/_mapping')) return this.#no(404, 'index_not_found_exception', 'no such index');
    if (method === 'GET') return this.#get(bare);
    if (this.deny !== undefined && bare.startsWith(this.deny)) {
      return this.#no(400, 'illegal_argument_exception', 'is refused');
    }
    this.put.push(path);
    this.bodies.set(bare, body);
    this.documents.set(bare, { content: structuredClone(body) as Record<string, unknown>, sequence: this.put.length });
    return { status: 200, body: { acknowledged: true } };
  }

  #get(path: string): ServerAnswer {
    const found = this.documents.get(path);
    if (found === undefined) return this.#no(404, 'status_exception', 'not found');
    if (path.startsWith('/_index_template/')) {
      return { status: 200, body: { index_templates: [{ index_template: found.content }] } };
    }
    const { policy } = found.content as { policy: object };
    const stored = { policy_id: 'x', last_updated_time: 1, schema_version: 1, error_notification: null, ...policy };
    return { status: 200, body: { _id: 'x', _version: 1, _seq_no: found.sequence, _primary_term: 1, policy: stored } };
  }

  #import(): ServerAnswer {
    this.imported += 1;
    if (this.imported === 1) return { status: 200, body: { success: true, successCount: 13 } };
    const errors = [{ id: 'offbeat-alerts', type: 'visualization', error: { type: 'conflict' } }];
    return { status: 200, body: { success: false, successCount: 0, errors } };
  }

  #no(status: number, type: string, reason: string): ServerAnswer {
    return { status, body: { error: { type, reason } } };
  }
}

const nowMs = Date.parse('2026-11-23T15:00:00Z');

const retried = { retry: { count: 5, backoff: 'exponential', delay: '10m' } };

/** A recorded policy, without the hash at the end of its description. */
const summariesPolicy = {
  policy: {
    description: 'Offbeat: offbeat-summaries is kept for 30 days (…)',
    default_state: 'hot',
    states: [
      {
        name: 'hot',
        actions: [],
        transitions: [{ state_name: 'merged', conditions: { min_index_age: '8d' } }],
      },
      {
        name: 'merged',
        // Without the second action no later document could be written.
        actions: [
          { ...retried, force_merge: { max_num_segments: 1 } },
          { ...retried, read_write: {} },
        ],
        transitions: [{ state_name: 'deleted', conditions: { min_index_age: '37d' } }],
      },
      {
        name: 'deleted',
        actions: [{ ...retried, delete: {} }],
        transitions: [],
      },
    ],
    ism_template: [{ index_patterns: ['offbeat-summaries-*'], priority: 217 }],
  },
};

describe('the set-up', () => {
  it('the set-up sends a policy for every family except the inventory, equal to the recorded one', async () => {
    const server = new PluginServer();
    await setUpWarehouse(server, nowMs);
    const sent = server.bodies.get('/_plugins/_ism/policies/offbeat-summaries') as typeof summariesPolicy;
    const description = sent.policy.description.replace(/\([0-9a-f]{16}\)$/, '(…)');
    expect({ policy: { ...sent.policy, description } }).toEqual(summariesPolicy);
    expect(server.put.filter((path) => path.includes('_ism'))).toEqual(
      Object.keys(keptDays).map((family) => `/_plugins/_ism/policies/${family}`),
    );
  });

  it('the first run creates everything, and the second changes nothing', async () => {
    const server = new PluginServer();
    const outcomes = async () => new Set((await setUpWarehouse(server, nowMs)).steps.map(({ outcome }) => outcome));
    expect(await outcomes()).toEqual(new Set(['created']));
    const before = server.put.length;
    expect(before).toBe(families.length + Object.keys(keptDays).length);
    expect(await outcomes()).toEqual(new Set(['unchanged']));
    expect(server.put).toHaveLength(before);
  });

  it('policies are sent before templates, so that no index is created without one', async () => {
    const server = new PluginServer();
    await setUpWarehouse(server, nowMs);
    const kinds = server.put.map((path) => (path.includes('_ism') ? 'policy' : 'template'));
    expect(kinds.lastIndexOf('policy')).toBeLessThan(kinds.indexOf('template'));
  });

  it('a policy of another release is replaced only if it has not changed since it was read', async () => {
    const server = new PluginServer();
    await setUpWarehouse(server, nowMs);
    const path = '/_plugins/_ism/policies/offbeat-alerts';
    const known = server.documents.get(path)!;
    (known.content.policy as { description: string }).description = 'Offbeat: of an older release (abc)';
    server.put.length = 0;
    const { steps } = await setUpWarehouse(server, nowMs);
    expect(steps.filter(({ outcome }) => outcome !== 'unchanged')).toEqual([
      { step: 'lifecycle policy', name: 'offbeat-alerts', outcome: 'updated' },
    ]);
    expect(server.put).toEqual([`${path}?if_seq_no=${known.sequence}&if_primary_term=1`]);
  });

  it('a refused step is reported with the reason of the server, and the next run continues from there', async () => {
    const server = new PluginServer();
    server.deny = '/_index_template/offbeat-anomalies';
    await expect(setUpWarehouse(server, nowMs)).rejects.toThrow(
      '/_index_template/offbeat-anomalies: 400 illegal_argument_exception: is refused',
    );
    server.deny = undefined;
    const { steps } = await setUpWarehouse(server, nowMs);
    const created = steps.filter(({ outcome }) => outcome === 'created').map(({ name }) => name);
    expect(created).toEqual([
      'offbeat-anomalies',
      'offbeat-alerts',
      'offbeat-silences',
      'offbeat-deliveries',
      'offbeat-inventory',
      'offbeat',
    ]);
  });

  it('the handler fails with UnavailableError if the server does not answer', async () => {
    const away: SearchServer = {
      async request() {
        throw new UnavailableError('no answer');
      },
    };
    const handler = createSetUp({ searchServer: away, clock: new ManualClock(), telemetry: silentTelemetry });
    await expect(handler({}, lambdaContext())).rejects.toBeInstanceOf(UnavailableError);
  });
});

describe('the lifecycle policies', () => {
  it('policies keep each family as long as designed after its period, because an index counts its age from the beginning', () => {
    expect(keptDays).toMatchObject({ 'offbeat-samples': 2, 'offbeat-summaries': 30 });
    // 13 months, the longest they get.
    expect(keptDays['offbeat-summaries-1h']).toBeGreaterThanOrEqual(396);
    for (const [family, { policy }] of policies()) {
      const kept = family as KeptFamily;
      const deleted = `${keptDays[kept] + longestDays[periodOf[kept]]}d`;
      expect(JSON.stringify(policy)).toContain(`{"state_name":"deleted","conditions":{"min_index_age":"${deleted}"}}`);
    }
  });

  it('policies name only existing states', () => {
    for (const { policy } of policies().values()) {
      const states = policy.states as { name: string; transitions: { state_name: string }[] }[];
      const names = states.map(({ name }) => name);
      expect(names).toContain(policy.default_state);
      for (const { transitions } of states)
        for (const { state_name: next } of transitions) expect(names).toContain(next);
    }
  });
});
