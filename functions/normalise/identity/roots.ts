import type { FlatDocument } from '../document/flatten.ts';

/** The top-level fields that describe a document and its sender in any shape. */
const ofSending = new Set(
  (
    '@timestamp @metadata @version _tmp agent data_stream ecs elastic_agent event fileset host input ' +
    'message metricset tags type'
  ).split(' '),
);
/** The top-level fields that the Elastic Common Schema, and processors of Beats, add to what a module measures. */
const ofSchema = new Set(
  (
    'beat client cloud container destination error fields kubernetes labels log observer orchestrator organization ' +
    'process related server service source stream tls trace transaction url user user_agent'
  ).split(' '),
);

/** The top-level fields with what a document itself measures. */
export interface Roots {
  /** Returns whether a top-level field belongs to what is measured, and not to the description of it. */
  isOwn(root: string): boolean;
  /** Means that the module measures a cloud: region and account are of what is measured, and not of the shipper's host. */
  readonly isOfCloud: boolean;
}

const cloudModules: ReadonlySet<string | undefined> = new Set(['aws', 'azure', 'gcp', 'googlecloud']);

/**
 * Returns the roots of a document. A root of the schema, such as `kubernetes`, is the document's own if it is its module.
 * @param modules names of the document's module, as its fields give them
 */
export function rootsOf(modules: readonly (string | undefined)[]): Roots {
  return {
    isOfCloud: modules.some((module) => cloudModules.has(module)),
    isOwn(root) {
      if (ofSending.has(root)) return false;
      if (!ofSchema.has(root)) return true;
      // Metricbeat's module statsd writes its labels at the top.
      return modules.includes(root === 'labels' ? 'statsd' : root);
    },
  };
}

/** The roots of a document that no Beat made: none of its fields is one of the schema by chance. */
export const rootsOfForeign: Roots = {
  isOfCloud: false,
  isOwn: (root) => !ofSending.has(root) && root !== 'labels',
};

/** Returns whether a document follows the Elastic Common Schema, as all Beats do. */
export function isOfBeat(document: FlatDocument): boolean {
  return ['agent', 'beat', 'ecs', 'metricset'].some((root) => document.hasBelow(root));
}
