/** Resolves the intrinsic functions of a deployment's templates, as far as policies use them. */

/** The templates of one deployment, by the name of the stack. */
export type Templates = Readonly<Record<string, Template>>;

export interface Template {
  readonly Resources?: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<
    Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: unknown } }>
  >;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

const account = '111122223333';
const region = 'eu-north-1';
const uuid = '0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9';

const pseudoParameters: Readonly<Record<string, string>> = {
  'AWS::AccountId': account,
  'AWS::Partition': 'aws',
  'AWS::Region': region,
  'AWS::URLSuffix': 'amazonaws.com',
};

/**
 * An ARN of each type of resource that a policy names, as the service writes it: the formats are those of AWS's Service
 * Authorization Reference.
 */
const arns: Readonly<Record<string, (name: string) => string>> = {
  'AWS::DynamoDB::GlobalTable': (name) => arn('dynamodb', `table/${name}`),
  'AWS::DynamoDB::Table': (name) => arn('dynamodb', `table/${name}`),
  'AWS::IAM::Role': (name) => `arn:aws:iam::${account}:role/${name}`,
  'AWS::KMS::Key': () => arn('kms', `key/${uuid}`),
  'AWS::Lambda::Function': (name) => arn('lambda', `function:${name}`),
  'AWS::Logs::LogGroup': (name) => arn('logs', `log-group:${name}:*`),
  'AWS::MSK::Cluster': (name) => arn('kafka', `cluster/${name}/${uuid}-2`),
  'AWS::OpenSearchService::Domain': (name) => arn('es', `domain/${name.toLowerCase()}`),
  'AWS::S3::Bucket': (name) => `arn:aws:s3:::${name.toLowerCase()}`,
  'AWS::SNS::Topic': (name) => arn('sns', name),
  'AWS::SQS::Queue': (name) => arn('sqs', name),
  'AWS::SecretsManager::Secret': (name) => arn('secretsmanager', `secret:${name}-AbCdEf`),
};

/** The attributes beside `Arn` that a policy names, by type and attribute. */
const attributes: Readonly<Record<string, string>> = { 'AWS::EC2::VPC DefaultSecurityGroup': 'sg-0a1b2c3d4e5f60718' };

/** The types whose `Ref` is the ARN. Of other types it is a name. */
const refIsArn = new Set(['AWS::MSK::Cluster', 'AWS::SNS::Topic', 'AWS::SecretsManager::Secret']);

const arn = (service: string, resource: string): string => `arn:aws:${service}:${region}:${account}:${resource}`;

/**
 * Returns a part of a stack's template without intrinsic functions: every reference to a resource, also of another
 * stack, is an ARN or a name of the right form.
 * @throws {Error} for a function, a type or an attribute that is not known here, so that nothing is guessed
 */
export function resolve(part: unknown, stack: string, templates: Templates): unknown {
  if (Array.isArray(part)) return part.map((each) => resolve(each, stack, templates));
  if (typeof part !== 'object' || part === null) return part;
  const [[name, value] = ['', undefined], ...more] = Object.entries(part);
  const isFunction = more.length === 0 && (name === 'Ref' || name.startsWith('Fn::'));
  if (isFunction) return resultOf(name, value, { stack, templates });
  return Object.fromEntries(Object.entries(part).map(([key, each]) => [key, resolve(each, stack, templates)]));
}

interface Place {
  readonly stack: string;
  readonly templates: Templates;
}

function resultOf(name: string, value: unknown, place: Place): unknown {
  const { stack, templates } = place;
  const args = (): unknown[] => value as unknown[];
  switch (name) {
    case 'Ref':
      return pseudoParameters[value as string] ?? reference(value as string, place);
    case 'Fn::GetAtt':
      return attribute(value as [string, string], place);
    case 'Fn::ImportValue':
      return imported(resolve(value, stack, templates) as string, place);
    case 'Fn::Join':
      return (resolve(args()[1], stack, templates) as unknown[]).join(args()[0] as string);
    case 'Fn::Select':
      return (resolve(args()[1], stack, templates) as unknown[])[Number(args()[0])];
    case 'Fn::Split':
      return (resolve(args()[1], stack, templates) as string).split(args()[0] as string);
    default:
      throw new Error(`${stack}: ${name} in a policy: add it to test/templates/resolve.ts`);
  }
}

function reference(id: string, { stack, templates }: Place): string {
  const type = typeOf(id, { stack, templates });
  return refIsArn.has(type) ? arnOf(type, id) : id;
}

function attribute([id, name]: readonly [string, string], place: Place): string {
  const type = typeOf(id, place);
  if (name === 'Arn') return arnOf(type, id);
  const value = attributes[`${type} ${name}`];
  if (value !== undefined) return value;
  throw new Error(`${place.stack}: ${name} of ${type} ${id} in a policy: add it to test/templates/resolve.ts`);
}

function arnOf(type: string, id: string): string {
  const write = arns[type];
  if (write === undefined) throw new Error(`the ARN of ${type} in a policy: add it to test/templates/resolve.ts`);
  return write(id);
}

function typeOf(id: string, { stack, templates }: Place): string {
  const type = templates[stack]?.Resources?.[id]?.Type;
  if (type === undefined) throw new Error(`${stack} has no resource ${id}`);
  return type;
}

function imported(name: string, { templates }: Place): unknown {
  for (const [stack, { Outputs = {} }] of Object.entries(templates)) {
    const output = Object.values(Outputs).find(({ Export }) => Export?.Name === name);
    if (output !== undefined) return resolve(output.Value, stack, templates);
  }
  throw new Error(`no stack exports ${name}`);
}
