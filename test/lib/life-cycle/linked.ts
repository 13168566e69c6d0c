import { importsIn, type ResourceDeclaration, referencesIn, type StackTemplate, usesOf } from './template.ts';

/** A resource of one of several templates. */
export interface LinkedResource extends ResourceDeclaration {
  /** The name among all templates, as `STACK/ID`. */
  readonly path: string;
  readonly template: StackTemplate;
}

/** Templates whose references to each other are followed. */
export interface Linked {
  readonly resources: readonly LinkedResource[];
  at(path: string): LinkedResource | undefined;
  /** Returns the resources, as `STACK/ID`, that a value in the properties of a resource refers to. */
  uses(of: LinkedResource, value: unknown): ReadonlySet<string>;
}

export function link(templates: readonly StackTemplate[]): Linked {
  const resources = templates.flatMap((template) =>
    [...template.resources.values()].map((each) => ({ ...each, template, path: `${template.name}/${each.id}` })),
  );
  const byPath = new Map(resources.map((each) => [each.path, each]));
  return {
    resources,
    at: (path) => byPath.get(path),
    uses({ template }, value) {
      const refersTo = referencesIn(value).intersection(new Set(template.resources.keys()));
      const used = usesOf({ refersTo, imports: importsIn(value) }, template, templates);
      return new Set(used.map(([stack, id]) => `${stack}/${id}`));
    },
  };
}
