import type { Template, Value } from './template.ts';

/** The references between the templates of an app: what a `Ref`, an import, a parameter or an output of a nested stack stands for. */
export class References {
  readonly #templates: ReadonlyMap<string, Template>;
  readonly #exported: ReadonlyMap<string, readonly [value: Value, stackName: string]>;

  constructor(templates: readonly Template[]) {
    this.#templates = new Map(templates.map((each) => [each.stackName, each]));
    this.#exported = new Map(
      templates.flatMap(({ stackName, Outputs = {} }) =>
        Object.values(Outputs).flatMap(({ Value: value, Export }): [string, readonly [Value, string]][] =>
          typeof Export?.Name === 'string' ? [[Export.Name, [value, stackName]]] : [],
        ),
      ),
    );
  }

  /**
   * Returns a value whose references name the stack too, and the resource in place of an export, a parameter or an output.
   * Pseudo parameters (`AWS::Region`) have no stack.
   */
  qualified(value: Value, stackName: string): Value {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((each) => this.qualified(each, stackName));
    const pairs = Object.entries(value);
    const [[key, named] = []] = pairs;
    const target = pairs.length === 1 && key !== undefined ? this.#target(key, named!, stackName) : undefined;
    return target ?? Object.fromEntries(pairs.map(([name, each]) => [name, this.qualified(each, stackName)]));
  }

  /** Returns what a function of CloudFormation stands for, or `undefined` if it is none that refers to something. */
  #target(key: string, named: Value, stackName: string): Value | undefined {
    if (key === 'Ref' && typeof named === 'string') {
      if (named.startsWith('AWS::')) return { Ref: named };
      return this.#parameter(stackName, named) ?? { Ref: `${stackName}/${named}` };
    }
    if (key === 'Fn::GetAtt' && Array.isArray(named)) {
      const [logicalId, ...attribute] = named as readonly Value[];
      const output = this.#output(`${stackName}/${logicalId}`, attribute);
      return output ?? { [key]: [`${stackName}/${logicalId}`, ...attribute] };
    }
    const exported = key === 'Fn::ImportValue' ? this.#exported.get(String(named)) : undefined;
    return exported && this.qualified(...exported);
  }

  /** Returns the value that the stack around a nested one gives to a parameter. */
  #parameter(nested: string, name: string): Value | undefined {
    const end = nested.lastIndexOf('/');
    const around = nested.slice(0, end);
    const properties = this.#templates.get(around)?.Resources?.[nested.slice(end + 1)]?.Properties;
    const given = end < 0 ? undefined : (properties as { readonly Parameters?: Record<string, Value> })?.Parameters;
    return given?.[name] === undefined ? undefined : this.qualified(given[name], around);
  }

  /** Returns the value of an output of a nested stack. @param attribute the rest of `Fn::GetAtt`: `Outputs.NAME` */
  #output(nested: string, attribute: readonly Value[]): Value | undefined {
    const name = attribute.join('.').replace(/^Outputs\./, '');
    const output = this.#templates.get(nested)?.Outputs?.[name];
    return output && this.qualified(output.Value, nested);
  }
}
