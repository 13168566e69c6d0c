import { describe, expect, it } from 'vitest';
import { createSetUp } from '../../../functions/set-up-warehouse/handler.ts';
import { audit, setUpOwnDomain } from '../../../functions/set-up-warehouse/own-domain.ts';
import type { SearchServer, ServerAnswer } from '../../../functions/shared/adapters/opensearch/server.ts';
import { silentTelemetry } from '../../../functions/shared/ports/telemetry.ts';
import { ManualClock } from '../../local/memory-broker.ts';
import { lambdaContext } from '../../support/lambda-context.ts';

const history = 'plugins.index_state_management.history.enabled';

/**
 * A domain of Amazon OpenSearch Service, as its documentation and that of the security plugin show the answers: audit is
 * off at first, the plugin adds members of its own, and settings are texts.
 */
class Domain implements SearchServer {
  readonly requests: string[] = [];
  settings: Record<string, string> = {};
  config: object = { ...audit, enabled: false };
  refused: ServerAnswer | undefined;
  hasPlugins = true;

  async request(method: string, path: string, body?: object | string): Promise<ServerAnswer> {
    this.requests.push(`${method} ${path}`);
    const [bare] = path.split('?');
    if (this.refused !== undefined) return this.refused;
    if (bare === '/_cluster/settings') return this.#settings(method, body);
    if (!this.hasPlugins) return { status: 400, body: { error: `no handler found for uri [${path}]` } };
    if (bare === '/_plugins/_security/api/audit') return { status: 200, body: { _readonly: [], config: this.config } };
    if (bare === '/_plugins/_security/api/audit/config') return this.#configure(body as object);
    return { status: 404, body: { error: { type: 'status_exception', reason: 'not found' } } };
  }

  #settings(method: string, body: unknown): ServerAnswer {
    if (method === 'GET') return { status: 200, body: { persistent: this.settings, transient: {} } };
    if (!this.hasPlugins) {
      const reason = `persistent setting [${history}], not recognized`;
      return { status: 400, body: { error: { type: 'illegal_argument_exception', reason } } };
    }
    this.settings = (body as { persistent: Record<string, string> }).persistent;
    return { status: 200, body: { acknowledged: true } };
  }

  #configure(config: object): ServerAnswer {
    this.config = { ...config, compliance: { ...audit.compliance, read_metadata_only: true, write_log_diffs: false } };
    return { status: 200, body: { status: 'OK', message: "'config' updated." } };
  }
}

/** Accepts what the other steps of a set-up send. */
const anyOf = (domain: Domain): SearchServer => ({
  async request(method, path, body) {
    if (/settings|audit/.test(path)) return domain.request(method, path, body);
    return method === 'GET' ? { status: 404, body: {} } : { status: 200, body: { successCount: 13 } };
  },
});

const outcomes = async (domain: Domain) => (await setUpOwnDomain(domain)).map(({ step, outcome }) => [step, outcome]);

describe('a domain of its own', () => {
  it('keeps no history of its life cycles, and notes who was refused', async () => {
    const domain = new Domain();
    expect(await outcomes(domain)).toEqual([
      ['cluster setting', 'updated'],
      ['audit', 'updated'],
    ]);
    expect(domain.settings).toEqual({ [history]: 'false' });
    expect(domain.config).toMatchObject({ enabled: true, audit: { log_request_body: false } });
  });

  it('is not changed by a second run', async () => {
    const domain = new Domain();
    await setUpOwnDomain(domain);
    domain.requests.length = 0;
    expect(new Set((await outcomes(domain)).map(([, outcome]) => outcome))).toEqual(new Set(['unchanged']));
    expect(domain.requests.filter((request) => request.startsWith('PUT'))).toEqual([]);
  });

  it('is set again when a person switched its audit off', async () => {
    const domain = new Domain();
    await setUpOwnDomain(domain);
    domain.config = { ...domain.config, enabled: false };
    expect(await outcomes(domain)).toContainEqual(['audit', 'updated']);
  });

  it('may be a node without plugins', async () => {
    const domain = new Domain();
    domain.hasPlugins = false;
    expect(await outcomes(domain)).toEqual([
      ['cluster setting', 'not available'],
      ['audit', 'not available'],
    ]);
  });

  it('that refuses fails the set-up with its reason', async () => {
    const domain = new Domain();
    domain.refused = { status: 403, body: { error: { type: 'security_exception', reason: 'no permissions for []' } } };
    await expect(setUpOwnDomain(domain)).rejects.toThrow('403 security_exception: no permissions');
  });

  it.each([
    ['own', true],
    ['other', false],
  ])('is set up by a custom resource only if it is the deployment’s: %s', async (domain, isSet) => {
    const server = new Domain();
    const handler = createSetUp({ searchServer: anyOf(server), clock: new ManualClock(), telemetry: silentTelemetry });
    const event = { RequestType: 'Create', ResourceProperties: { ServiceToken: 'a', domain } };
    await handler(event, lambdaContext());
    expect(server.requests.some((request) => request.startsWith('PUT /_cluster'))).toBe(isSet);
  });
});
