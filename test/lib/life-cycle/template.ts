/*
 * A CloudFormation template as the interpreter reads it: resources, what each depends on, and what becomes of each.
 */

/** The fates that CloudFormation knows. `Snapshot` is not one of them here: no resource of Offbeat has snapshots. */
export const deletionPolicies = ['Delete', 'Retain', 'RetainExceptOnCreate'] as const;
export type DeletionPolicy = (typeof deletionPolicies)[number];

type Json = Readonly<Record<string, unknown>>;

export interface ResourceDeclaration {
  readonly id: string;
  readonly type: string;
  readonly properties: Json;
  readonly deletionPolicy: DeletionPolicy;
  readonly updateReplacePolicy: DeletionPolicy;
  /** The resources of the template that its properties refer to. */
  readonly refersTo: ReadonlySet<string>;
  /** The exports of other stacks that its properties refer to. */
  readonly imports: ReadonlySet<string>;
  /** The resources that CloudFormation creates before this one, and deletes after it. */
  readonly dependsOn: ReadonlySet<string>;
}

export interface StackTemplate {
  readonly name: string;
  readonly isProtected: boolean;
  /** The resources in an order in which CloudFormation may create them; it deletes them in the reverse order. */
  readonly resources: ReadonlyMap<string, ResourceDeclaration>;
  /** The resources that each export refers to. */
  readonly exports: ReadonlyMap<string, ReadonlySet<string>>;
  readonly imports: ReadonlySet<string>;
}

/**
 * Reads a template.
 * @param isProtected whether the command line sets termination protection for the stack
 * @throws {Error} for a policy that the interpreter does not know, and for resources that depend on each other in a circle
 */
export function readTemplate(name: string, isProtected: boolean, template: object): StackTemplate {
  const { Resources = {}, Outputs = {} } = template as { Resources?: Record<string, Json>; Outputs?: Json };
  const ids = new Set(Object.keys(Resources));
  const declared = Object.entries(Resources).map(([id, each]) => readResource(id, each, ids));
  return {
    ...{ name, isProtected, resources: inOrder(name, declared) },
    exports: exportsOf(Outputs),
    imports: importsIn(Resources),
  };
}

function exportsOf(outputs: Json): Map<string, ReadonlySet<string>> {
  const exported = Object.values(outputs).filter((output) => (output as Json).Export !== undefined);
  return new Map(
    exported.map((output) => {
      const { Export, Value } = output as { Export: Json; Value: unknown };
      return [JSON.stringify(Export.Name), referencesIn(Value)];
    }),
  );
}

/** Returns the exports that a value imports, each as JSON. */
export const importsIn = (value: unknown): Set<string> =>
  new Set(valuesOf(value, 'Fn::ImportValue').map((name) => JSON.stringify(name)));

function readResource(id: string, declared: Json, ids: ReadonlySet<string>): ResourceDeclaration {
  const { Type, Properties = {}, DependsOn = [] } = declared;
  const refersTo = referencesIn(Properties).intersection(ids);
  return {
    id,
    type: String(Type),
    properties: Properties as Json,
    deletionPolicy: policyOf(id, declared.DeletionPolicy),
    updateReplacePolicy: policyOf(id, declared.UpdateReplacePolicy),
    refersTo,
    imports: importsIn(Properties),
    dependsOn: refersTo.union(new Set([DependsOn].flat().map(String)).intersection(ids)),
  };
}

function policyOf(id: string, policy: unknown = 'Delete'): DeletionPolicy {
  const known = deletionPolicies.find((each) => each === policy);
  if (known === undefined) throw new Error(`${id}: expected one of ${deletionPolicies.join(', ')}, got ${policy}`);
  return known;
}

/** Returns the names that a value refers to: resources, and parameters, which the caller sorts out. */
export function referencesIn(value: unknown): Set<string> {
  const refs = valuesOf(value, 'Ref').map(String);
  // "Resource.Attribute" is the short form of the list.
  const attributes = valuesOf(value, 'Fn::GetAtt').map((at) => String([at].flat()[0]).split('.')[0]!);
  const substituted = valuesOf(value, 'Fn::Sub').flatMap((sub) =>
    [...String([sub].flat()[0]).matchAll(/\$\{([^!.}]+)[^}]*\}/g)].map(([, name]) => name!),
  );
  return new Set([...refs, ...attributes, ...substituted]);
}

/** Returns every value that stands under a key, however deep. */
function valuesOf(value: unknown, key: string): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [...(name === key ? [inner] : []), ...valuesOf(inner, key)]);
}

/** @throws {Error} naming the resources that depend on each other in a circle */
function inOrder(name: string, declared: readonly ResourceDeclaration[]): Map<string, ResourceDeclaration> {
  const order = new Map<string, ResourceDeclaration>();
  let rest = declared;
  while (rest.length > 0) {
    const next = rest.filter(({ dependsOn }) => [...dependsOn].every((id) => order.has(id)));
    if (next.length === 0) throw new Error(`${name}: a circle among ${rest.map(({ id }) => id).join(', ')}`);
    for (const resource of next) order.set(resource.id, resource);
    rest = rest.filter(({ id }) => !order.has(id));
  }
  return order;
}

/** Returns the resources that cannot be created unless this one was: those that depend on it, directly or not. */
export function dependentsOf({ resources }: StackTemplate, id: string): ReadonlySet<string> {
  const found = new Set([id]);
  for (const resource of resources.values()) {
    if (!resource.dependsOn.isDisjointFrom(found)) found.add(resource.id);
  }
  found.delete(id);
  return found;
}

/**
 * Returns the resources that one refers to, each as its stack and its id: those of its own stack, and those that other
 * stacks export to it.
 */
export function usesOf(
  { refersTo, imports }: Pick<ResourceDeclaration, 'refersTo' | 'imports'>,
  own: StackTemplate,
  templates: readonly StackTemplate[],
): readonly (readonly [stack: string, id: string])[] {
  const others = templates.flatMap(({ name, resources, exports }) =>
    [...exports].flatMap(([key, ids]) =>
      imports.has(key) ? [...ids].filter((id) => resources.has(id)).map((id) => [name, id] as const) : [],
    ),
  );
  return [...[...refersTo].map((id) => [own.name, id] as const), ...others];
}
