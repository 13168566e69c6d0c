import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { type Emulator, region } from './emulator.ts';

export interface DeployedResource {
  readonly type: string;
  /** The resource's name in the template. */
  readonly logicalId: string;
  /** The resource's name, address or ARN, as `Ref` returns it. */
  readonly physicalId: string;
}

/** The answer of a function, and its log. */
export interface Invocation {
  readonly answer: unknown;
  readonly log: string;
}

/** One deployed stack on an emulator. */
export class DeployedStack {
  readonly name: string;
  readonly #emulator: Emulator;
  readonly #lambda: LambdaClient;

  constructor(emulator: Emulator, name: string) {
    this.#emulator = emulator;
    this.name = name;
    this.#lambda = new LambdaClient(clientOptions(emulator));
  }

  /** The resources; empty if the stack does not exist. */
  async resources(): Promise<readonly DeployedResource[]> {
    const found: DeployedResource[] = [];
    let next: string | undefined;
    do {
      const xml = await this.#cloudFormation('ListStackResources', next === undefined ? {} : { NextToken: next });
      if (xml === undefined) return [];
      found.push(...xml.split('</member>').flatMap(resourceIn));
      next = textOf(xml, 'NextToken');
    } while (next !== undefined);
    return found;
  }

  /** The status as CloudFormation names it, such as `ROLLBACK_COMPLETE`; `undefined` if the stack does not exist. */
  async status(): Promise<string | undefined> {
    const xml = await this.#cloudFormation('DescribeStacks');
    return xml === undefined ? undefined : textOf(xml, 'StackStatus');
  }

  /** Removes the protection against deletion, as an operator does before deleting. */
  async unprotect(): Promise<void> {
    await this.#cloudFormation('UpdateTerminationProtection', { EnableTerminationProtection: 'false' });
  }

  /** @returns `undefined` if the stack does not exist */
  async #cloudFormation(action: string, more: Readonly<Record<string, string>> = {}): Promise<string | undefined> {
    const query = new URLSearchParams({ Action: action, Version: '2010-05-15', StackName: this.name, ...more });
    const response = await this.#ask('cloudformation', 'application/x-www-form-urlencoded', query.toString());
    const xml = await response.text();
    if (response.ok) return xml;
    if (xml.includes('does not exist')) return undefined;
    throw new Error(`stack ${this.name}: ${xml}`);
  }

  /**
   * Returns the name of the one resource of a type whose name in the template contains `part`.
   * @throws {Error} with the existing names, unless there is exactly one
   */
  async physicalId(type: string, part = ''): Promise<string> {
    const ofType = (await this.resources()).filter((resource) => resource.type === type);
    const found = ofType.filter(({ logicalId }) => logicalId.toLowerCase().includes(part.toLowerCase()));
    if (found.length === 1) return found[0]!.physicalId;
    const there = ofType.map(({ logicalId }) => logicalId).join(', ');
    throw new Error(`expected one ${type} with "${part}" in its name, got ${found.length} of: ${there}`);
  }

  /**
   * Runs a deployed function, by a part of its name in the template.
   * @throws {Error} with its error and its log, if it failed
   */
  async invoke(part: string, event: unknown): Promise<Invocation> {
    const name = await this.physicalId('AWS::Lambda::Function', part);
    const command = new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event), LogType: 'Tail' });
    const { Payload, FunctionError, LogResult } = await this.#lambda.send(command);
    const text = Buffer.from(Payload ?? []).toString();
    const log = Buffer.from(LogResult ?? '', 'base64').toString();
    if (FunctionError !== undefined) throw new Error(`${name} failed: ${text}\n${log}`);
    return { answer: text === '' ? undefined : JSON.parse(text), log };
  }

  /** Returns the lines of a log group; none if it does not exist. A function's own is `/aws/lambda/NAME`. */
  async linesOf(logGroup: string): Promise<readonly string[]> {
    const body = JSON.stringify({ logGroupName: logGroup });
    const response = await this.#ask('logs', 'application/x-amz-json-1.1', body, 'Logs_20140328.FilterLogEvents');
    const { events = [] } = (await response.json()) as { events?: readonly { message: string }[] };
    return events.map(({ message }) => message);
  }

  /** Calls the HTTP API of the page, as a browser does, which follows no redirect. */
  async askPage(path: string, init: RequestInit = {}): Promise<Response> {
    const id = await this.physicalId('AWS::ApiGatewayV2::Api', 'OffbeatPage');
    const address = `${this.#emulator.endpoint}/_aws/execute-api/${id}/$default${path}`;
    return fetch(address, { redirect: 'manual', ...init });
  }

  /** Calls an action of the user pools, as an administrator. */
  async askUserPools(action: string, body: object): Promise<Response> {
    const target = `AWSCognitoIdentityProviderService.${action}`;
    return this.#ask('cognito-idp', 'application/x-amz-json-1.1', JSON.stringify(body), target);
  }

  /** Calls the HTTP API for scripts with permission. @param path the path after the stage: `/alerts?limit=1` */
  async askApi(path: string, init: RequestInit = {}): Promise<Response> {
    const id = await this.physicalId('AWS::ApiGatewayV2::Api', 'OffbeatApi');
    const headers = new Headers(init.headers);
    headers.set('authorization', looksSigned('execute-api'));
    return fetch(`${this.#emulator.endpoint}/_aws/execute-api/${id}/$default${path}`, { ...init, headers });
  }

  /**
   * Returns the target of a schedule, by a part of its name in the template: universal targets are stored and never
   * run.
   */
  async scheduled(part: string): Promise<{ readonly target: string; readonly input: unknown }> {
    const name = await this.physicalId('AWS::Scheduler::Schedule', part);
    const response = await fetch(`${this.#emulator.endpoint}/schedules/${name}`, {
      headers: { authorization: looksSigned('scheduler') },
    });
    const { Target } = (await response.json()) as { Target: { Arn: string; Input?: string } };
    return { target: Target.Arn, input: Target.Input === undefined ? undefined : JSON.parse(Target.Input) };
  }

  close(): void {
    this.#lambda.destroy();
  }

  #ask(service: string, contentType: string, body: string, target?: string): Promise<Response> {
    return fetch(this.#emulator.endpoint, {
      method: 'POST',
      headers: {
        'content-type': contentType,
        authorization: looksSigned(service),
        ...(target === undefined ? {} : { 'x-amz-target': target }),
      },
      body,
    });
  }
}

/** Returns the `Authorization` header of a request. The signature is not checked; its scope names the service. */
const looksSigned = (service: string): string =>
  `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=none`;

/** Returns the configuration with which a client of AWS's SDK reaches an emulator. */
export const clientOptions = ({ endpoint }: Emulator) => ({
  endpoint,
  region,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

function resourceIn(xml: string): DeployedResource[] {
  const [type, logicalId, physicalId] = ['ResourceType', 'LogicalResourceId', 'PhysicalResourceId'].map((tag) =>
    textOf(xml, tag),
  );
  return type && logicalId && physicalId ? [{ type, logicalId, physicalId }] : [];
}

const textOf = (xml: string, tag: string): string | undefined => new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(xml)?.[1];
