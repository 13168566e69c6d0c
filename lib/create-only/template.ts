/** A value of a template: JSON, in which a reference to a resource is `{ Ref: 'STACK/LOGICAL ID' }` or `Fn::GetAtt`. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

/** The part of a template that a record needs. */
export interface Template {
  /** The name of the stack. That of a nested stack is `STACK/LOGICAL ID`, the place of its own resource in the stack around it. */
  readonly stackName: string;
  readonly Resources?: Readonly<Record<string, { readonly Type: string; readonly Properties?: Value }>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: Value; readonly Export?: { readonly Name: Value } }>>;
}
