import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import { KafkaReader, testAdmin } from '../kafka.ts';
import type { OneMachine } from '../one-machine.ts';
import { configuration } from './configuration.ts';
import { countDataPoints } from './count-otlp.ts';
import { patience, type Shipper, shippedBroker } from './shipper.ts';

/** The topic to which the Collector sends everything a second time, in JSON, to be counted. */
const countTopic = 'counted';

const counting = (broker: string, exporter: string) => `
exporters:
  kafka/count:
    brokers: ["${broker}"]
    metrics: { topic: ${countTopic}, encoding: otlp_json }
    logs: { topic: ${countTopic}, encoding: otlp_json }
service:
  telemetry: { metrics: { level: none } }
  pipelines:
    metrics: { exporters: [${exporter}, kafka/count] }
    logs: { exporters: [${exporter}, kafka/count] }
`;

/** A set of OpenTelemetry Collectors that ship to one machine, and the count of what they ship. */
export class Collectors {
  readonly #machine: OneMachine;
  readonly #program: string;

  private constructor(machine: OneMachine, program: string) {
    this.#machine = machine;
    this.#program = program;
  }

  /** @param program the path of the Collector */
  static async open(machine: OneMachine, program: string): Promise<Collectors> {
    const admin = testAdmin({ brokers: [machine.broker] });
    await admin.createTopics({ topics: [countTopic], partitions: 1, replicas: 1 }).finally(() => admin.close());
    return new Collectors(machine, program);
  }

  /** Starts one with the configuration of docs/shippers.md, that collects once a second, and the files `logs/*.log`. */
  start(shipper: Shipper, exporter: 'kafka' | 'otlp_http'): void {
    const { broker, url } = this.#machine;
    const logs = join(shipper.folder, 'logs');
    mkdirSync(logs, { recursive: true });
    const texts = {
      [shippedBroker]: broker,
      'collection_interval: 10s': 'collection_interval: 1s',
      '/var/log/app/*.log': `${logs}/*.log`,
    };
    const files = [shipper.write('otel-collector.yaml', configuration('otel-collector.yaml', texts))];
    if (exporter === 'otlp_http') {
      const http = configuration('otel-http.yaml', { 'http://127.0.0.1:8787': url });
      files.push(shipper.write('otel-http.yaml', http));
    }
    files.push(shipper.write('counting.yaml', counting(broker, exporter)));
    shipper.start(
      this.#program,
      files.map((file) => `--config=file:${file}`),
    );
  }

  /** Returns all that was shipped. */
  async shipped(): Promise<readonly object[]> {
    const reader = new KafkaReader({ brokers: [this.#machine.broker] });
    const records = await reader.read(countTopic, 0).finally(() => reader.close());
    return records.map(({ value }) => JSON.parse(String(value)));
  }

  /** Waits until a Collector has collected so many times more. */
  async collects(shipper: Shipper, more: number): Promise<void> {
    const collections = async () => countDataPoints(await this.shipped(), 'system.cpu.load_average.1m');
    const wanted = (await collections()) + more;
    await vi.waitUntil(async () => {
      shipper.checkIsRunning();
      return (await collections()) >= wanted;
    }, patience);
  }
}
