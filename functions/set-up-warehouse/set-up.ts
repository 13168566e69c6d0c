import type { SearchServer } from '../shared/adapters/opensearch/server.ts';
import { earlyMs } from '../shared/domain/early.ts';
import type { Family } from '../shared/ports/warehouse.ts';
import { inventoryIndex, spanOfIndex } from '../shared/warehouse/index-names.ts';
import { importForm } from './dashboards.ts';
import { type Policy, policies } from './lifecycle.ts';
import { bodyOf, isNotAvailable, type Step, type StepOutcome } from './step.ts';
import { defaultIndexLayout, type IndexLayout, type IndexTemplate, templates } from './templates.ts';

/** The steps of a set-up, in their order. */
export interface SetUpReport {
  readonly steps: readonly Step[];
}

/**
 * Prepares a server for the warehouse's documents, or upgrades it to this release. A second run changes nothing.
 *
 * An upgrade adds new fields to the indices that live documents can still be written to: those with the last 7 days and
 * the inventory. Older indices and existing documents stay as they are.
 * @throws {UnavailableError} if the server does not answer
 * @throws {Error} if the server refuses a step, with its reason; the earlier steps are done, and the next run continues
 */
export async function setUpWarehouse(
  server: SearchServer,
  nowMs: number,
  layout: IndexLayout = defaultIndexLayout,
): Promise<SetUpReport> {
  const steps: Step[] = [];
  for (const [family, policy] of policies()) steps.push(await putPolicy(server, family, policy));
  for (const [family, template] of templates(layout)) {
    steps.push(await putTemplate(server, family, template));
    steps.push(...(await addFields(server, family, template, nowMs)));
  }
  steps.push(await importDashboards(server));
  return { steps };
}

async function putTemplate(server: SearchServer, family: Family, template: IndexTemplate): Promise<Step> {
  const path = `/_index_template/${family}`;
  const found = await server.request('GET', path);
  const [known] = found.status === 404 ? [] : bodyOf<{ index_templates: Known[] }>(found, path).index_templates;
  const outcome = changeOf(known?.index_template._meta?.offbeat, template._meta.offbeat, known !== undefined);
  if (outcome !== 'unchanged') bodyOf(await server.request('PUT', path, template), path);
  return { step: 'index template', name: family, outcome };
}

interface Known {
  readonly index_template: { readonly _meta?: { readonly offbeat?: string } };
}

const changeOf = (known: string | undefined, wanted: string, exists: boolean): StepOutcome =>
  known === wanted ? 'unchanged' : exists ? 'updated' : 'created';

async function addFields(
  server: SearchServer,
  family: Family,
  { template, _meta }: IndexTemplate,
  nowMs: number,
): Promise<Step[]> {
  const path = `/${family}/_mapping?filter_path=*.mappings._meta`;
  const found = await server.request('GET', path);
  if (found.status === 404) return [];
  const steps: Step[] = [];
  for (const [index, { mappings }] of Object.entries(bodyOf<Record<string, KnownIndex>>(found, path))) {
    if (!isWrittenTo(family, index, nowMs)) continue;
    if (mappings._meta?.offbeat !== _meta.offbeat) {
      const limit = 'index.mapping.total_fields.limit';
      const settings = { [limit]: template.settings[limit] };
      bodyOf(await server.request('PUT', `/${index}/_settings`, settings), index);
      bodyOf(await server.request('PUT', `/${index}/_mapping`, template.mappings), index);
      steps.push({ step: 'fields', name: index, outcome: 'updated' });
    }
  }
  return steps;
}

interface KnownIndex {
  readonly mappings: { readonly _meta?: { readonly offbeat?: string } };
}

function isWrittenTo(family: Family, index: string, nowMs: number): boolean {
  const span = spanOfIndex(family, index);
  return span === undefined ? index === inventoryIndex : span.toMs > nowMs - earlyMs;
}

async function putPolicy(server: SearchServer, family: Family, policy: Policy): Promise<Step> {
  const path = `/_plugins/_ism/policies/${family}`;
  const step = { step: 'lifecycle policy', name: family } as const;
  const found = await server.request('GET', path);
  if (isNotAvailable(found)) return { ...step, outcome: 'not available' };
  if (found.status === 404) {
    const created = await server.request('PUT', path, policy);
    if (isNotAvailable(created)) return { ...step, outcome: 'not available' };
    bodyOf(created, path);
    return { ...step, outcome: 'created' };
  }
  const known = bodyOf<KnownPolicy>(found, path);
  if (known.policy.description === policy.policy.description) return { ...step, outcome: 'unchanged' };
  const revision = `if_seq_no=${known._seq_no}&if_primary_term=${known._primary_term}`;
  bodyOf(await server.request('PUT', `${path}?${revision}`, policy), path);
  return { ...step, outcome: 'updated' };
}

interface KnownPolicy {
  readonly _seq_no: number;
  readonly _primary_term: number;
  readonly policy: { readonly description: string };
}

/** Imports the dashboard. Existing objects stay as they are, because a person may have changed them. */
async function importDashboards(server: SearchServer): Promise<Step> {
  const path = '/_dashboards/api/saved_objects/_import';
  const { body, headers } = importForm();
  const answer = await server.request('POST', path, body, headers);
  const step = { step: 'dashboards', name: 'offbeat' } as const;
  if (isNotAvailable(answer)) return { ...step, outcome: 'not available' };
  const { successCount = 0, errors = [] } = bodyOf<ImportAnswer>(answer, path);
  const failed = errors.find(({ error }) => error.type !== 'conflict');
  if (failed !== undefined) throw new Error(`${path}: ${failed.type} ${failed.id}: ${failed.error.type}`);
  return { ...step, outcome: successCount > 0 ? 'created' : 'unchanged' };
}

interface ImportAnswer {
  readonly successCount?: number;
  readonly errors?: readonly {
    readonly id: string;
    readonly type: string;
    readonly error: { readonly type: string };
  }[];
}
