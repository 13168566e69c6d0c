import { resolve, type TemplateResource, type Templates } from './resolve.ts';

/** A policy document in a template, without intrinsic functions. */
export interface Policy {
  readonly stack: string;
  /** The logical id and the property: `NotifyRole12345678.PolicyDocument`. */
  readonly where: string;
  readonly document: Document;
}

export interface Document {
  readonly Version?: string;
  readonly Statement: readonly Statement[] | Statement;
}

export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
}

/**
 * Returns the policy documents of a deployment that name resources: those of roles, keys, buckets, queues, topics,
 * domains and logs, also where the document is JSON in a text.
 */
export function policiesOf(templates: Templates): Policy[] {
  return Object.entries(templates).flatMap(([stack, { Resources = {} }]) =>
    Object.entries(Resources).flatMap(([id, resource]) =>
      documentsOf(resource).map(([property, document]) => ({
        stack,
        where: `${id}.${property}`,
        document: documentOf(resolve(document, stack, templates)),
      })),
    ),
  );
}

/** The properties that hold a policy document with resources. The trust policies of roles name none. */
const propertiesWithDocuments = ['PolicyDocument', 'KeyPolicy', 'AccessPolicies'];

function documentsOf({ Type, Properties = {} }: TemplateResource): [string, unknown][] {
  const own = Object.entries(Properties).filter(([name]) => propertiesWithDocuments.includes(name));
  // Those of a user pool are about passwords.
  const inline = (Type.startsWith('AWS::IAM::') ? (Properties.Policies ?? []) : []) as readonly {
    readonly PolicyDocument: unknown;
  }[];
  return [...own, ...inline.map(({ PolicyDocument }, nth): [string, unknown] => [`Policies/${nth}`, PolicyDocument])];
}

// Numbers become text, which means the same in a policy and is the only form that parliament reads.
const documentOf = (resolved: unknown): Document =>
  JSON.parse(typeof resolved === 'string' ? resolved : JSON.stringify(resolved), (_, value) =>
    typeof value === 'number' ? String(value) : value,
  );
