import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { AclOperations, AclPermissionTypes, Admin, ResourcePatternTypes, ResourceTypes } from '@platformatic/kafka';
import { clientOptions } from '../../../functions/shared/adapters/kafka/connection.ts';
import { javaOf, mavenJars } from './artifacts.ts';
import { isUp } from './kafka.ts';
import { freePort } from './loopback.ts';
import { startServer } from './server.ts';

const run = promisify(execFile);

/** A broker with a certificate and log-ins, and one address for each way to connect. */
export interface SecuredKafka {
  /** The address that is encrypted, without a log-in. */
  readonly tls: string;
  /** The address that is encrypted, with PLAIN, SCRAM or OAUTHBEARER. */
  readonly tlsLogin: string;
  /** The address with PLAIN alone, not encrypted. */
  readonly login: string;
  /** The file of the authority of its certificate, PEM. */
  readonly caFile: string;
  readonly ca: string;
  close(): Promise<void>;
}

/** The user that the broker knows, with the rights that it needs. */
export const user = { name: 'offbeat', password: 'open sesame' };
/** The user that the broker knows, without any right. */
export const shipper = { name: 'beats', password: 'shipping only' };
/** Milliseconds after which a log-in ends, and the broker closes connections that did not log in again. */
export const loginMs = 3_000;

type Listener = 'PLAINTEXT' | 'SSL' | 'SASL_SSL' | 'SASL_PLAINTEXT' | 'CONTROLLER';
type Ports = Readonly<Record<Listener, number>>;

export interface SecuredKafkaOptions {
  /** The port that the broker tells clients of {@link SecuredKafka.tlsLogin}: that of a proxy. */
  readonly advertisedLoginPort?: number;
  /** The value of `allow.everyone.if.no.acl.found`, which is `true` on MSK and `false` on Kafka when it is not set. */
  readonly allowEveryone?: boolean;
}

export async function startSecuredKafka(options: SecuredKafkaOptions = {}): Promise<SecuredKafka> {
  const [jars, java] = await Promise.all([
    mavenJars('kafka', 'org.apache.kafka:kafka_2.13:4.3.1', 'org.slf4j:slf4j-simple:1.7.36'),
    javaOf(17),
  ]);
  const listeners: readonly Listener[] = ['PLAINTEXT', 'SSL', 'SASL_SSL', 'SASL_PLAINTEXT', 'CONTROLLER'];
  const ports = Object.fromEntries(await Promise.all(listeners.map(async (name) => [name, await freePort()]))) as Ports;
  const at = (name: Listener) => `127.0.0.1:${ports[name]}`;
  const { promise, resolve: resolveCaFile } = Promise.withResolvers<string>();
  const { close } = await startServer('secured-kafka', at('PLAINTEXT'), async (folder) => {
    resolveCaFile(await makeCertificate(java, folder));
    const properties = join(folder, 'server.properties');
    writeFileSync(properties, propertiesOf(ports, folder, options));
    const classPath = ['-cp', join(jars, '*')];
    const clusterId = Buffer.from('offbeat-test-run').toString('base64url');
    const scram = ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) =>
      [user, shipper].flatMap(({ name, password }) => [
        '--add-scram',
        `${mechanism}=[name=${name},password=${password}]`,
      ]),
    );
    const format = ['format', '-t', clusterId, '-c', properties, ...scram];
    await run(java, [...classPath, 'kafka.tools.StorageTool', ...format]);
    const args = ['-Xmx512m', ...classPath, 'kafka.Kafka', properties];
    return { command: java, args, isUp: () => isUp(at('PLAINTEXT')) };
  });
  await grantRights(at('PLAINTEXT'));
  const caFile = await promise;
  return {
    tls: at('SSL'),
    tlsLogin: at('SASL_SSL'),
    login: at('SASL_PLAINTEXT'),
    caFile,
    ca: readFileSync(caFile, 'utf8'),
    close,
  };
}

const storePassword = 'changeit';

/** Creates a self-signed certificate. @returns its file, PEM */
async function makeCertificate(java: string, folder: string): Promise<string> {
  const keytool = java === 'java' ? 'keytool' : join(dirname(java), 'keytool');
  const store = ['-keystore', join(folder, 'keys.p12'), '-storetype', 'PKCS12', '-storepass', storePassword];
  const names = ['-dname', 'CN=offbeat-test', '-ext', 'san=ip:127.0.0.1,dns:localhost'];
  const key = ['-alias', 'broker', '-keyalg', 'EC', '-validity', '2'];
  await run(keytool, ['-genkeypair', ...key, ...names, ...store]);
  const caFile = join(folder, 'ca.pem');
  await run(keytool, ['-exportcert', '-rfc', '-alias', 'broker', '-file', caFile, ...store]);
  return caFile;
}

function propertiesOf(ports: Ports, folder: string, options: SecuredKafkaOptions): string {
  const { advertisedLoginPort = ports.SASL_SSL, allowEveryone = false } = options;
  const addresses = (Object.keys(ports) as Listener[]).map((name) => `${name}://127.0.0.1:${ports[name]}`);
  const logins = 'org.apache.kafka.common.security';
  const plain = `${logins}.plain.PlainLoginModule required user_${user.name}="${user.password}";`;
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${ports.CONTROLLER}`,
    listeners: addresses.join(','),
    'advertised.listeners': addresses
      .filter((address) => !address.startsWith('CONTROLLER'))
      .map((address) => (address.startsWith('SASL_SSL') ? `SASL_SSL://127.0.0.1:${advertisedLoginPort}` : address))
      .join(','),
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'allow.everyone.if.no.acl.found': allowEveryone,
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    // A client that logs in may do what was granted to its user; one that does not log in may do everything.
    'super.users': 'User:ANONYMOUS',
    'listener.security.protocol.map': [
      ...(Object.keys(ports) as Listener[]).filter((name) => name !== 'CONTROLLER').map((name) => `${name}:${name}`),
      'CONTROLLER:PLAINTEXT',
    ].join(','),
    'ssl.keystore.location': join(folder, 'keys.p12'),
    'ssl.keystore.type': 'PKCS12',
    'ssl.keystore.password': storePassword,
    'ssl.key.password': storePassword,
    'listener.name.sasl_ssl.sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
    'listener.name.sasl_ssl.plain.sasl.jaas.config': plain,
    'listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config': `${logins}.scram.ScramLoginModule required;`,
    'listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config': `${logins}.scram.ScramLoginModule required;`,
    // Accepts unsigned tokens: they show a log-in with tokens without an issuer.
    'listener.name.sasl_ssl.oauthbearer.sasl.jaas.config': `${logins}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";`,
    'listener.name.sasl_ssl.oauthbearer.sasl.server.callback.handler.class': `${logins}.oauthbearer.internals.unsecured.OAuthBearerUnsecuredValidatorCallbackHandler`,
    'listener.name.sasl_ssl.oauthbearer.connections.max.reauth.ms': loginMs,
    'listener.name.sasl_plaintext.sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.sasl_plaintext.plain.sasl.jaas.config': plain,
    'log.dirs': join(folder, 'data'),
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'auto.create.topics.enable': false,
    'group.initial.rebalance.delay.ms': 0,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** Grants Offbeat the rights that docs/on-premises.md lists, and no others. */
async function grantRights(broker: string): Promise<void> {
  const { DESCRIBE, DESCRIBE_CONFIGS, READ, WRITE, CREATE } = AclOperations;
  const rights = [
    [ResourceTypes.TOPIC, 'offbeat.', [DESCRIBE, DESCRIBE_CONFIGS, READ, WRITE, CREATE]],
    [ResourceTypes.GROUP, 'offbeat-', [DESCRIBE, READ]],
  ] as const;
  const admin = new Admin({ ...clientOptions({ brokers: [broker] }, 'rights', 10_000), retries: 10, retryDelay: 200 });
  try {
    await admin.createAcls({
      creations: rights.flatMap(([resourceType, resourceName, operations]) =>
        operations.map((operation) => ({
          resourceType,
          resourceName,
          resourcePatternType: ResourcePatternTypes.PREFIXED,
          principal: `User:${user.name}`,
          host: '*',
          operation,
          permissionType: AclPermissionTypes.ALLOW,
        })),
      ),
    });
  } finally {
    await admin.close();
  }
}
