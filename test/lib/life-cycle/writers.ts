import type { Writes } from './account.ts';
import { type Linked, type LinkedResource, link } from './linked.ts';
import { invokingActions, type Permission, permissionsFor, writingActions } from './permissions.ts';
import type { ResourceDeclaration, StackTemplate } from './template.ts';

/*
 * The functions and services that may write to the buckets of templates, and from when. The policies say which. A function
 * that may does so once something invokes it; everything else that may, and everything that S3 or another service
 * delivers, does so at once.
 */

/** The facts about functions that no template has. */
export interface Flow {
  /** The topics that get records from outside, from the moment at which they exist. */
  readonly entries: readonly string[];
  /** Returns the topics that a function appends to once it is invoked. */
  readonly appendsTo: (lambda: ResourceDeclaration) => readonly string[];
}

/** The facts that the templates have about writing, whatever exists. */
interface Writers {
  readonly linked: Linked;
  readonly buckets: ReadonlySet<string>;
  readonly lambdas: ReadonlySet<string>;
  /** The resources that refer to one, by its path, without those that only give permissions or watch. */
  readonly users: ReadonlyMap<string, readonly LinkedResource[]>;
  readonly writing: readonly Permission[];
  readonly invoking: readonly Permission[];
  readonly flow: Flow;
}

/** The types that refer to a bucket, a role or a function, and neither write nor invoke. */
const passive = new Set([
  ...['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::Role', 'AWS::S3::BucketPolicy', 'AWS::KMS::Key'],
  ...['AWS::SNS::TopicPolicy', 'AWS::SQS::QueuePolicy', 'AWS::CloudWatch::Alarm', 'AWS::CloudWatch::Dashboard'],
  // Its function empties the bucket, and writes nothing.
  'Custom::S3AutoDeleteObjects',
]);

/** Returns whether only a person invokes a function through a resource: nobody knows an HTTP API while it is created. */
const isByPeople = ({ type, properties }: LinkedResource): boolean =>
  type.startsWith('AWS::ApiGatewayV2::') ||
  (type === 'AWS::Lambda::Permission' && properties.Principal === 'apigateway.amazonaws.com');

/** The properties of a bucket by which S3 itself writes to a bucket. */
const deliveries = /^(Logging|Inventory|Analytics|Replication|Metadata|MetadataTable)Configurations?$/;

/**
 * Returns the function that returns the buckets that are written to while only some resources exist. It assumes the worst:
 * whatever may invoke a function does.
 * @throws {Error} for policies that cannot be interpreted
 */
export function writesOf(templates: readonly StackTemplate[], flow: Flow): Writes {
  const linked = link(templates);
  const writers: Writers = {
    ...{ linked, flow, users: usersIn(linked) },
    buckets: pathsOf(linked, 'AWS::S3::Bucket'),
    lambdas: pathsOf(linked, 'AWS::Lambda::Function'),
    writing: permissionsFor(writingActions, linked),
    invoking: permissionsFor(invokingActions, linked),
  };
  return (existing) => {
    const running = runningFunctions(writers, existing);
    const allowed = writers.writing.flatMap((permission) =>
      isUsed(permission, writers, { existing, running }) ? [...(permission.on ?? writers.buckets)] : [],
    );
    const delivered = [...writers.buckets].filter((bucket) => isDeliveredTo(bucket, writers, existing));
    return new Set([...allowed, ...delivered]).intersection(writers.buckets).intersection(existing);
  };
}

const pathsOf = ({ resources }: Linked, wanted: string): Set<string> =>
  new Set(resources.flatMap(({ type, path }) => (type === wanted ? [path] : [])));

function usersIn(linked: Linked): Map<string, LinkedResource[]> {
  const users = new Map<string, LinkedResource[]>();
  for (const resource of linked.resources.filter(({ type }) => !passive.has(type))) {
    for (const path of linked.uses(resource, resource.properties)) {
      users.set(path, [...(users.get(path) ?? []), resource]);
    }
  }
  return users;
}

interface Now {
  readonly existing: ReadonlySet<string>;
  /** The functions that something invokes. */
  readonly running: ReadonlySet<string>;
}

/** Returns whether somebody has a permission and may use it now. */
function isUsed({ givenBy, principal }: Permission, { users, lambdas }: Writers, { existing, running }: Now): boolean {
  if (!existing.has(givenBy)) return false;
  if ('outside' in principal) return true;
  const actors = users.get(principal.role) ?? [];
  return actors.some(({ path }) => (lambdas.has(path) ? running.has(path) : existing.has(path)));
}

/** Returns the functions that are invoked, by what the templates declare, by records, or by another function. */
function runningFunctions(writers: Writers, existing: ReadonlySet<string>): ReadonlySet<string> {
  const { linked, lambdas, flow, invoking } = writers;
  const filled = new Set(flow.entries);
  const running = new Set<string>();
  for (let before = -1; before < running.size; ) {
    before = running.size;
    const now = { existing, running };
    const byFunctions = invoking.filter((permission) => isUsed(permission, writers, now));
    for (const path of lambdas.intersection(existing).difference(running)) {
      const isCalled = byFunctions.some(({ on }) => on === undefined || on.has(path));
      if (!isCalled && !isTriggered(path, writers, { existing, filled })) continue;
      running.add(path);
      for (const topic of flow.appendsTo(linked.at(path)!)) filled.add(topic);
    }
  }
  return running;
}

interface Records {
  readonly existing: ReadonlySet<string>;
  /** The topics that have records. */
  readonly filled: ReadonlySet<string>;
}

function isTriggered(path: string, { users, lambdas }: Writers, { existing, filled }: Records): boolean {
  const triggers = (users.get(path) ?? []).filter((each) => existing.has(each.path) && !lambdas.has(each.path));
  return triggers.some((trigger) => {
    const { Topics } = trigger.properties as { Topics?: readonly string[] };
    // Every other source, such as a queue or a schedule, may have something at once.
    return Topics === undefined ? !isByPeople(trigger) : Topics.some((topic) => filled.has(topic));
  });
}

/** Returns whether a service writes to a bucket, because the bucket or another resource says so. */
function isDeliveredTo(bucket: string, { linked, users, lambdas }: Writers, existing: ReadonlySet<string>): boolean {
  const { properties, ...itself } = linked.at(bucket)!;
  const toItself = Object.entries(properties).some(
    ([key, value]) => deliveries.test(key) && linked.uses({ properties, ...itself }, value).size === 0,
  );
  // A function that knows a bucket writes only with the permissions of its role.
  const senders = (users.get(bucket) ?? []).filter(({ path }) => !lambdas.has(path));
  return toItself || properties.AccessControl === 'LogDeliveryWrite' || senders.some(({ path }) => existing.has(path));
}
