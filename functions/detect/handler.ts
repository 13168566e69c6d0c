import { type KafkaHandler, kafkaHandler } from '../shared/handler/kafka-handler.ts';
import { createRunner, type RunnerPorts } from '../shared/runner/runner.ts';
import { detectStep } from './detect.ts';

/** Returns the handler of `detect`, which reads samples and emits anomalies, summaries and ticks, exactly once. */
export function createDetect(ports: RunnerPorts): KafkaHandler {
  return kafkaHandler('detect', ports.telemetry, createRunner(detectStep, ports));
}
