import type { EntityKind } from '../../../shared/domain/entity.ts';
import type { Dimensions } from '../../../shared/domain/series.ts';
import type { FlatDocument } from '../../document/flatten.ts';
import { required } from '../../draft.ts';
import { mbeanKeys } from '../../identity/beans.ts';
import { identityDimensions } from '../../identity/dimensions.ts';
import { hostPathOf, requiredHost, requiredService, serviceOf } from '../../identity/host.ts';
import type { Roots } from '../../identity/roots.ts';
import { addRuled, type SourceRules } from '../../identity/rules.ts';
import type { DatasetRow, NameRule } from './row.ts';

/** The entity that a document describes, the dimensions of its series, and the paths that have been read for them. */
export interface EntityIdentity {
  readonly kind: EntityKind;
  readonly name: string;
  readonly dimensions: Dimensions;
  readonly used: ReadonlySet<string>;
}

/**
 * Returns the entity and the dimensions of a document by the row of its dataset.
 * @throws {RefusedRecordError} `no entity`, naming the field that is missing
 */
export function identify(document: FlatDocument, row: DatasetRow, roots: Roots, rules: SourceRules): EntityIdentity {
  const used = new Set<string>();
  const name = nameOf(document, row.name, used);
  const dimensions: Record<string, string> = {};
  for (const [dimension, paths] of Object.entries(row.dimensions ?? {})) {
    const path = paths.find((each) => document.textAt(each) !== undefined && !rules.isIgnored(each));
    if (path !== undefined) dimensions[dimension] = use(path);
  }
  for (const path of rules.dimensions) {
    if (document.textAt(path) !== undefined && !used.has(path)) addRuled(dimensions, path, use(path));
  }
  const open = row.isOpen
    ? identityDimensions(document, roots, (path) => used.has(path) || rules.isIgnored(path))
    : undefined;
  for (const path in open) used.add(path === 'service' ? 'service.address' : path);
  const bean = row.bean === undefined ? undefined : mbeanKeys(document.textAt(row.bean) ?? '');
  if (row.bean !== undefined) used.add(row.bean);
  return { kind: row.kind, name, dimensions: { ...open, ...bean, ...dimensions, ...row.more?.(document) }, used };

  function use(path: string): string {
    used.add(path);
    return document.textAt(path)!;
  }
}

function nameOf(document: FlatDocument, rule: NameRule, used: Set<string>): string {
  if (rule === 'host') {
    const name = requiredHost(document);
    used.add(hostPathOf(document)!);
    return name;
  }
  if (rule === 'service') return requiredService(document);
  if ('addressAt' in rule) {
    const partOf = (part: string): string => {
      const path = `${rule.addressAt}.${part}`;
      used.add(path);
      return required(
        document.textAt(path),
        path,
        `expected the ${part === 'ip' ? 'address' : part} of ${rule.expected}`,
      );
    };
    return `${partOf('ip')}:${partOf('port')}`;
  }
  const path = rule.paths.find((each) => document.textAt(each) !== undefined);
  if (path !== undefined) used.add(path);
  const name = path === undefined ? undefined : document.textAt(path);
  const orService = name ?? (rule.orService ? serviceOf(document) : undefined);
  return required(orService, rule.paths[0]!, `expected ${rule.expected}`);
}
