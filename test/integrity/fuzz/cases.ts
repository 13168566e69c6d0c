import fc from 'fast-check';
import { spoiltDocuments } from '../../support/recorded.ts';
import { encode, type Message } from './message.ts';
import { spoiltOtlp } from './otlp.ts';
import { anything, posted, question, type Surroundings, spoiltBulk, spoiltCommand } from './requests.ts';
import type { Exchange } from './wire.ts';

/** The effects that must exist once an exchange was answered with success. */
export type Effect =
  | { readonly kind: 'silence'; readonly id: string; readonly isOver: boolean }
  | { readonly kind: 'alert'; readonly id: string; readonly action: 'ack' | 'resolve' }
  | { readonly kind: 'documents'; readonly count: number };

export interface Case extends Exchange {
  /**
   * The kind of an exchange: `valid` ones succeed, `well-formed` ones are answered one by one, `malformed` ones are
   * answered or closed.
   */
  readonly form: 'valid' | 'well-formed' | 'malformed';
  readonly effect?: Effect;
}

/** Returns all kinds of exchanges, weighted by their frequency. */
export function cases(around: Surroundings): fc.Arbitrary<Case> {
  const documents = spoiltDocuments.map((document) =>
    JSON.stringify({ ...document, '@timestamp': new Date(around.nowMs).toISOString() }),
  );
  const messages = fc.oneof(
    { weight: 9, arbitrary: question(around) },
    { weight: 4, arbitrary: anything(around) },
    { weight: 3, arbitrary: spoiltCommand(around) },
    { weight: 3, arbitrary: spoiltBulk(around, documents) },
    { weight: 2, arbitrary: spoiltOtlp(around) },
  );
  return fc.oneof(
    { weight: 55, arbitrary: wellFormed(fc.tuple(messages)) },
    { weight: 5, arbitrary: wellFormed(fc.array(messages, { minLength: 2, maxLength: 5 })) },
    { weight: 20, arbitrary: malformed(messages) },
    { weight: 10, arbitrary: left(messages) },
    { weight: 2, arbitrary: silence(around) },
    { weight: 1, arbitrary: acknowledgement(around) },
    { weight: 4, arbitrary: shipment(around) },
  );
}

/** Requests one after another, in one write or in several. */
function wellFormed(messages: fc.Arbitrary<readonly Message[]>): fc.Arbitrary<Case> {
  const cuts = fc.array(fc.nat(), { maxLength: 3 });
  return fc.tuple(messages, cuts, fc.constantFrom('wait', 'half-close')).map(([messages, cuts, ending]) => ({
    form: 'well-formed' as const,
    ending,
    steps: [{ pieces: cut(Buffer.concat(messages.map(encode)), cuts), methods: messages.map(({ method }) => method) }],
  }));
}

function cut(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...cuts.map((place) => place % bytes.length), bytes.length].sort((a, b) => a - b);
  return places.map((place, nth) => bytes.subarray(places[nth - 1] ?? 0, place)).filter(({ length }) => length > 0);
}

const insertions = [
  '\r\n',
  '\n',
  '\r',
  '\u0000',
  ' ',
  ':',
  '\r\ncontent-length: 5',
  '\r\ncontent-length: -1',
  '\r\ntransfer-encoding: chunked',
  '\r\ntransfer-encoding: chunked, gzip',
  '\r\nhost: elsewhere.example',
  '\r\n folded',
  `\r\nx-long: ${'x'.repeat(20_000)}`,
  'x: y\r\n'.repeat(3_000),
  '\r\nupgrade: websocket\r\nconnection: upgrade',
  'HTTP/9.9',
  '\r\n0\r\n\r\n',
  'GET / HTTP/1.1\r\n\r\n',
];

type Damage = (bytes: Buffer, at: number) => Buffer;

const damages: fc.Arbitrary<Damage> = fc.oneof(
  fc.constantFrom(...insertions).map(
    (text): Damage =>
      (bytes, at) =>
        splice(bytes, at, 0, Buffer.from(text, 'latin1')),
  ),
  fc.nat({ max: 30 }).map(
    (length): Damage =>
      (bytes, at) =>
        splice(bytes, at, length, Buffer.alloc(0)),
  ),
  fc.uint8Array({ minLength: 1, maxLength: 8 }).map(
    (random): Damage =>
      (bytes, at) =>
        splice(bytes, at, random.length, Buffer.from(random)),
  ),
);

const splice = (bytes: Buffer, at: number, removed: number, added: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + removed)]);

/** Bytes that are no request. The client ends its side, so that the server does not wait for the rest. */
function malformed(messages: fc.Arbitrary<Message>): fc.Arbitrary<Case> {
  const damage = fc.array(fc.tuple(damages, fc.nat()), { minLength: 1, maxLength: 3 });
  const noise = fc.uint8Array({ minLength: 1, maxLength: 200 }).map((array) => Buffer.from(array));
  const damaged = fc
    .tuple(messages, damage)
    .map(([message, all]) =>
      all.reduce((bytes, [apply, at]) => apply(bytes, at % (bytes.length + 1)), encode(message)),
    );
  return fc.oneof({ weight: 9, arbitrary: damaged }, { weight: 1, arbitrary: noise }).map((bytes) => ({
    form: 'malformed' as const,
    ending: 'half-close' as const,
    steps: [{ pieces: [bytes] }],
  }));
}

/** Clients that disconnect in the middle of a request, or before its answer. */
function left(messages: fc.Arbitrary<Message>): fc.Arbitrary<Case> {
  return fc.tuple(messages, fc.nat(), fc.boolean()).map(([message, at, isWhole]) => {
    const bytes = encode(message);
    return {
      form: 'malformed' as const,
      ending: 'leave' as const,
      steps: [{ pieces: [isWhole ? bytes : bytes.subarray(0, at % bytes.length)] }],
    };
  });
}

const freshId = fc
  .uint8Array({ minLength: 8, maxLength: 8 })
  .map((array) => `fuzz-${Buffer.from(array).toString('hex')}`);

function commandStep({ host }: Surroundings, command: object) {
  const headers = [
    ['host', host],
    ['content-type', 'application/json'],
  ] as const;
  const body = Buffer.from(JSON.stringify({ by: 'fuzz', ...command }));
  return { pieces: [encode({ method: 'POST', target: '/api/commands', headers, body })], methods: ['POST'] };
}

/**
 * The clusters of silences. A cluster holds 1,000 silences, all clusters together 5,000. One in 200 exchanges leaves a
 * silence, so that a run of 900,000 stays below both limits.
 */
const silenced = Array.from({ length: 8 }, (_, nth) => `silenced-${nth}`);

/** A silence, and mostly its end. */
function silence(around: Surroundings): fc.Arbitrary<Case> {
  const isOver = fc.constantFrom(true, true, true, false);
  const silences = fc.tuple(freshId, fc.constantFrom(...silenced), isOver, fc.integer({ min: 1, max: 600 }));
  return silences.map(([id, cluster, isOver, hours]) => {
    const endsAtMs = around.nowMs + hours * 3_600_000;
    const asked = { id, cluster, action: 'silence', matchers: { name: `${id}-*` }, endsAtMs };
    const over = { id: `${id}-end`, cluster, action: 'unsilence', silenceId: id };
    return {
      form: 'valid' as const,
      ending: 'wait' as const,
      steps: [commandStep(around, asked), ...(isOver ? [commandStep(around, over)] : [])],
      effect: { kind: 'silence' as const, id, isOver },
    };
  });
}

/** An acknowledgement or a resolve of an existing alert. */
function acknowledgement(around: Surroundings): fc.Arbitrary<Case> {
  const actions = fc.constantFrom('ack', 'ack', 'ack', 'resolve');
  return fc.tuple(freshId, fc.constantFrom(...around.alerts), actions).map(([id, alert, action]) => ({
    form: 'valid' as const,
    ending: 'wait' as const,
    steps: [commandStep(around, { id, cluster: alert.cluster, action, alertId: alert.id })],
    effect: { kind: 'alert' as const, id: alert.id, action },
  }));
}

/** Documents of a few hosts, as Metricbeat ships them. */
function shipment(around: Surroundings): fc.Arbitrary<Case> {
  const document = fc.tuple(fc.nat({ max: 9 }), fc.integer({ min: 1, max: 99 })).map(([host, percent]) => ({
    '@timestamp': new Date(around.nowMs).toISOString(),
    event: { dataset: 'system.load', module: 'system' },
    metricset: { name: 'load', period: 10_000 },
    host: { name: `fuzzed-${host}` },
    system: { load: { 1: percent / 10, norm: { 1: percent / 100 } } },
  }));
  return fc.array(document, { minLength: 1, maxLength: 20 }).chain((documents) => {
    const lines = documents.map((each) => `{"create":{}}\n${JSON.stringify(each)}\n`).join('');
    const body = fc.constant(Buffer.from(lines));
    return wellPacked(posted(around.host, '/_bulk', 'application/x-ndjson', body)).map((message) => ({
      form: 'valid' as const,
      ending: 'wait' as const,
      steps: [{ pieces: [encode(message)], methods: [message.method] }],
      effect: { kind: 'documents' as const, count: documents.length },
    }));
  });
}

/** A body that is compressed as its header names it. */
const wellPacked = (messages: fc.Arbitrary<Message>): fc.Arbitrary<Message> =>
  messages.filter(({ headers, body }) => {
    const packing = headers.find(([name]) => name === 'content-encoding')?.[1];
    return packing === undefined || (packing === 'gzip' && body[0] === 0x1f);
  });
