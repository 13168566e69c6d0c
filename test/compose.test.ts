import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { versions } from './real/servers/versions.ts';

interface Service {
  readonly image: string;
  readonly ports: readonly string[];
  readonly healthcheck: { readonly test: readonly string[] };
  readonly volumes?: unknown;
}

// There is no Docker where the tests run: docs/development.md lists what else was checked, and how.
const { services }: { services: Record<string, Service> } = parse(readFileSync('compose.yaml', 'utf8'));

describe('compose.yaml', () => {
  it('has the versions that the tests run on', () => {
    expect(Object.fromEntries(Object.entries(services).map(([name, { image }]) => [name, image]))).toEqual({
      kafka: `apache/kafka:${versions.kafka}`,
      opensearch: `opensearchproject/opensearch:${versions.openSearch}`,
      dashboards: `opensearchproject/opensearch-dashboards:${versions.openSearch}`,
      dynamodb: `amazon/dynamodb-local:${versions.dynamoDbLocal}`,
    });
  });

  it.each(Object.entries(services))('gives only this machine access to %s, and checks its health', (_, service) => {
    for (const port of service.ports) expect(port).toMatch(/^127\.0\.0\.1:(\d+):\1$/);
    expect(service.healthcheck.test[0]).toBe('CMD');
    expect(service).not.toHaveProperty('volumes');
  });
});
