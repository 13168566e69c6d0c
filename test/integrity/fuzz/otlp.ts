import fc from 'fast-check';
import { captured } from '../../functions/normalise/otlp/captured.ts';
import { mutated, randomBy } from '../../support/mutate.ts';
import type { Message } from './message.ts';
import { json } from './odd-values.ts';
import { posted, type Surroundings } from './requests.ts';

const protobuf = 'application/x-protobuf';
const bodies = {
  json: (['metrics.otlp_json', 'logs.otlp_json'] as const).flatMap((name) => captured(name).slice(0, 4)),
  protobuf: (['metrics.otlp_proto', 'logs.otlp_proto'] as const).flatMap((name) => captured(name).slice(0, 2)),
};

/** Requests of an OpenTelemetry Collector, some of them changed or spoilt, to any path of OTLP. */
export function spoiltOtlp({ host }: Surroundings): fc.Arbitrary<Message> {
  const changed = fc.tuple(fc.constantFrom(...bodies.json), fc.nat()).map(([{ value }, seed]) => {
    const document = mutated(JSON.parse(String(value)), randomBy(seed));
    return Buffer.from(JSON.stringify(document) ?? '');
  });
  const spoilt = fc
    .tuple(fc.constantFrom(...bodies.protobuf), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 5 }), fc.nat())
    .map(([{ value }, changes, end]) => {
      const bytes = Buffer.from(value!);
      for (const [place, byte] of changes) bytes[place % bytes.length] = byte;
      return end % 3 === 0 ? bytes.subarray(0, end % bytes.length) : bytes;
    });
  const body = fc.oneof(
    changed,
    spoilt,
    fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
  );
  const target = fc.constantFrom('/v1/metrics', '/v1/logs', '/v1/traces', '/v1/metrics?x=1', '/v1/');
  const type = fc.constantFrom(json, protobuf, protobuf, 'text/plain', '');
  return fc.tuple(target, type).chain(([path, each]) => posted(host, path, each, body));
}
