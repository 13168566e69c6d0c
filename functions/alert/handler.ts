import { type KafkaHandler, kafkaHandler } from '../shared/handler/kafka-handler.ts';
import { createRunner, type RunnerPorts } from '../shared/runner/runner.ts';
import { alertStep } from './alert.ts';

/** Creates the function that reads signals and appends alerts, exactly once. */
export function createAlert(ports: RunnerPorts): KafkaHandler {
  return kafkaHandler('alert', ports.telemetry, createRunner(alertStep, ports));
}
