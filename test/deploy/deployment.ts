import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { isDeployed } from '../../functions/deployed-functions.ts';
import { stagesOfTopics } from '../../functions/functions.ts';
import type { KafkaConnection } from '../../functions/shared/adapters/kafka/connection.ts';
import { kafkaEventLog } from '../../functions/shared/adapters/kafka/event-log.ts';
import { defaultSettings } from '../../functions/shared/domain/settings.ts';
import { defaultLayout } from '../../functions/shared/log/layout.ts';
import { beatRecord } from '../../functions/shared/log/live-records.ts';
import { onePartitionEach, topics } from '../../functions/shared/log/topics.ts';
import { replayFile } from '../../local/replay/replay.ts';
import type { DeploymentSettings } from '../../settings/deployment.ts';
import { eventOf } from '../real/lambda/effects.ts';
import { startKafka } from '../real/servers/kafka.ts';
import { startOpenSearch } from '../real/servers/opensearch.ts';
import type { StartedServer } from '../real/servers/server.ts';
import { clusterArn, FakeMsk, provisioned } from '../support/fake-msk.ts';
import { incidentMs, loadDocuments, writeLoadRecording } from '../support/load-recording.ts';
import { Receiver } from '../support/sigkill/receiver.ts';
import { startTogether } from '../support/start-together.ts';
import { Bridge } from './bridge.ts';
import { Cdk, type Outputs } from './cdk.ts';
import { clientOptions, DeployedStack, type Invocation } from './deployed-stack.ts';
import { type Emulator, startEmulator } from './emulator.ts';

const secretName = 'offbeat/on-call';

interface DeploymentOptions {
  readonly isProtected?: boolean;
  readonly keepData?: boolean;
  /** The name of a stack that cannot be completed. */
  readonly failing?: string;
}

interface DeployedParts extends Partial<Pick<DeploymentSettings, 'warehouse'>> {
  readonly page?: 'none' | 'cognito';
}

/**
 * The stacks as a cloud team deploys them, onto servers on loopback, with an existing Kafka cluster; and with OpenSearch,
 * unless the deployment has no warehouse.
 */
export class TestDeployment {
  readonly msk = new FakeMsk();
  readonly receiver = new Receiver();
  emulator!: Emulator;
  cdk!: Cdk;
  functions!: DeployedStack;
  state!: DeployedStack;
  network!: DeployedStack;
  bridge!: Bridge;
  /** The server of the warehouse; `undefined` in a deployment without one. */
  openSearch: StartedServer | undefined;
  readonly #folder = mkdtempSync(join(tmpdir(), 'offbeat-deployment-'));
  #kafka!: StartedServer;
  #webhook = '';
  readonly #hasWarehouse: boolean;
  readonly #page: 'none' | 'cognito';

  constructor({ warehouse = 'opensearch', page = 'none' }: DeployedParts = {}) {
    this.#hasWarehouse = warehouse !== 'none';
    this.#page = page;
  }

  async open(): Promise<void> {
    const mskEndpoint = await this.msk.listen();
    // The control plane of MSK is the only thing that no emulator has.
    [this.emulator, this.#kafka, this.openSearch, this.#webhook] = await startTogether([
      startEmulator({ more: { AWS_ENDPOINT_URL_KAFKA: mskEndpoint } }),
      startKafka(),
      this.#hasWarehouse ? startOpenSearch() : Promise.resolve(undefined),
      this.receiver.listen(),
    ]);
    this.msk.clusters.set(clusterArn, {
      ...provisioned,
      brokers: { bootstrapBrokerStringSaslIam: this.#kafka.address },
    });
    await new SecretsManagerClient(clientOptions(this.emulator)).send(
      new CreateSecretCommand({ Name: secretName, SecretString: this.receiver.secret }),
    );
    this.cdk = new Cdk(this.emulator, 'test/deploy/app.ts');
    this.functions = new DeployedStack(this.emulator, 'Offbeat');
    this.state = new DeployedStack(this.emulator, 'Offbeat-State');
    this.network = new DeployedStack(this.emulator, 'Offbeat-Network');
    this.bridge = new Bridge(this.kafka, this.functions);
    await this.cdk.bootstrap();
  }

  get kafka(): KafkaConnection {
    return { brokers: [this.#kafka.address] };
  }

  /** @param cluster its name in the settings @param kafka the settings of Kafka; an MSK cluster by default */
  deploy(
    cluster: string,
    kafka = `{ cluster: '${clusterArn}', securityGroup: sg-0a1b2c3d }`,
    { isProtected = false, keepData = true, failing }: DeploymentOptions = {},
  ): Promise<Outputs> {
    const settings = join(this.#folder, 'offbeat.yaml');
    const kept = `  protected: ${isProtected}\n  keepData: ${keepData}\n`;
    writeFileSync(settings, `${this.#settings(cluster, kafka)}${kept}`);
    const variables = {
      // Brokers on loopback do not know IAM, and the node there no signatures.
      OFFBEAT_KAFKA_SASL: null,
      // The emulator serves the domain of every user pool at its own address.
      OFFBEAT_SIGN_IN_URL: this.emulator.endpoint,
      ...(this.openSearch && { OFFBEAT_OPENSEARCH_AUTH: 'none', OFFBEAT_OPENSEARCH_URL: this.openSearch.address }),
    };
    const layout = this.#layoutFile;
    const context = { settings, layout, variables: JSON.stringify(variables) };
    return this.cdk.deploy(failing === undefined ? context : { ...context, failing });
  }

  get #layoutFile(): string {
    return join(this.#folder, 'offbeat.layout.json');
  }

  /** Forgets what synths recorded, as a person does for what was never deployed. */
  forgetLayout(): void {
    rmSync(this.#layoutFile);
  }

  #settings(cluster: string, kafka: string): string {
    const words = Object.keys(topics).map((word) => `${word}: 1`);
    return `
cluster: { name: ${cluster} }
receivers:
  - name: on-call
    webhook: { url: '${this.#webhook}', secret: 'secretsmanager:${secretName}', allowPrivate: true }
alerts: { groupWait: 0s }
deployment:
  window: 2s
  vpc: { id: vpc-0a1b2c3d, zones: [us-east-1a, us-east-1b], subnets: [subnet-0a1b2c3d, subnet-0a1b2c3e] }
  partitions: { ${words.join(', ')} }
  kafka: ${kafka}
  warehouse: ${this.#hasWarehouse ? 'opensearch' : 'none'}
  page: ${this.#page}
`;
  }

  /** Sends a request to the warehouse, as its administrator does. */
  askWarehouse(path: string, init?: RequestInit): Promise<Response> {
    return fetch(`${this.openSearch!.address}${path}`, init);
  }

  /** Returns the names of all functions of the account. */
  async functionsThere(): Promise<readonly string[]> {
    const { Functions = [] } = await new LambdaClient(clientOptions(this.emulator)).send(new ListFunctionsCommand({}));
    return Functions.map(({ FunctionName }) => FunctionName!);
  }

  /** Invokes a deployed function, by a part of its name, with one of `events/`. */
  invokeWith(part: string, event: string): Promise<Invocation> {
    return this.functions.invoke(part, eventOf(event));
  }

  /** Appends a document of now to `beats`, as a Beat does, and hands it to normalise. */
  async shipDocument(): Promise<void> {
    const document = { ...loadDocuments[0], '@timestamp': new Date().toISOString() };
    const log = kafkaEventLog(this.kafka);
    await log.append([beatRecord(document, { partitions: onePartitionEach })]);
    await log.close();
    await this.bridge.handOver(topics.beats, 'Stagesnormalise');
  }

  /**
   * Appends a recording with one incident to `beats`, as an operator's replay does.
   * @param meanwhile awaited once, in the middle of the incident
   */
  async shipIncident(meanwhile: () => Promise<void>): Promise<void> {
    let isDue = true;
    const file = join(this.#folder, 'load.ndjson');
    writeLoadRecording(file);
    const log = kafkaEventLog(this.kafka);
    await replayFile({
      file,
      cluster: 'recorded',
      settings: defaultSettings,
      layout: defaultLayout,
      nowMs: Date.now(),
      beforeTick: async (timeMs) => {
        if (!isDue || timeMs < incidentMs) return;
        isDue = false;
        await meanwhile();
      },
      log: {
        progress: () => undefined,
        hasUnfinished: () => false,
        append: async (records) => (await log.append(records)).map(({ index }) => index),
      },
    });
    await log.close();
  }

  /** Hands the records of the topics to the functions that read them, until all are processed. */
  async handOverAll(): Promise<void> {
    const stages = stagesOfTopics.filter(({ stage }) => isDeployed(stage, this.#hasWarehouse));
    const readers = stages.flatMap((reader) => reader.topics.map((topic) => [topic, reader.stage] as const));
    let handed: number;
    do {
      handed = 0;
      for (const [topic, reader] of readers) handed += await this.bridge.handOver(topic, `Stages${reader}`);
    } while (handed > 0);
  }

  async close(): Promise<void> {
    await this.bridge?.close();
    this.receiver.close();
    for (const stack of [this.functions, this.state, this.network]) stack?.close();
    this.cdk?.close();
    await Promise.all([this.emulator?.close(), this.#kafka?.close(), this.openSearch?.close(), this.msk.close()]);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
