import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterEach, beforeEach } from 'vitest';
import { type ApiHandler, type ApiPorts, createApi } from '../../../functions/api/handler.ts';
import type { Health } from '../../../functions/api/health.ts';
import { createPersist } from '../../../functions/persist/handler.ts';
import { defaultSettings } from '../../../functions/shared/domain/settings.ts';
import { encodeKafkaEvent } from '../../../functions/shared/log/kafka-event.ts';
import { defaultLayout } from '../../../functions/shared/log/layout.ts';
import type { LogRecord } from '../../../functions/shared/log/record.ts';
import { header } from '../../../functions/shared/log/record.ts';
import { silentTelemetry } from '../../../functions/shared/ports/telemetry.ts';
import { fromApiGateway, toApiGateway } from '../../../local/http/api-gateway.ts';
import { openStore, type Store } from '../../../local/sqlite/store.ts';
import { startMs } from '../../support/alerts.ts';
import { lambdaContext } from '../../support/lambda-context.ts';
import { apiDocument, expectFits } from './fits-document.ts';

export const health: Health = {
  status: 'ok',
  stages: [],
  receivers: [],
  pending: [],
  full: [],
  totals: {},
  counts: {},
  uses: {},
};

const clock = { nowMs: () => startMs, random: () => 0 };

interface Request {
  /** @default GET, or POST with a body */
  readonly method?: string;
  /** The body; a request with a body is a POST by default. */
  readonly body?: string;
  /** @default application/json */
  readonly type?: string;
  /** Ports in place of those of the store. */
  readonly ports?: Partial<ApiPorts>;
  /** The API that is asked. @default a new one */
  readonly over?: ApiHandler;
  /** The time that the function has left, ms. @default it does not run out */
  readonly remainingMs?: number;
}

/** Opens the API over a new store for each test, at time `startMs`. To be called at the top of a test file. */
export function apiOnStore() {
  let store: Store;
  beforeEach(() => {
    store = openStore(':memory:', defaultLayout, clock);
  });
  afterEach(() => store.close());

  const ports = () => ({
    ...store,
    settings: defaultSettings,
    layout: defaultLayout,
    telemetry: silentTelemetry,
    clock,
    health: async () => health,
    document: async () => apiDocument,
  });

  return {
    get store(): Store {
      return store;
    },

    /** Writes records to the warehouse through persist. */
    async persist(topic: string, schema: string, ...values: readonly object[]): Promise<void> {
      const records = values.map((value, offset): LogRecord => {
        const body = Buffer.from(JSON.stringify(value));
        return {
          topic,
          partition: 0,
          offset,
          timestampMs: startMs,
          key: null,
          value: body,
          headers: { [header.schema]: schema },
        };
      });
      await createPersist(ports())(encodeKafkaEvent(records), lambdaContext());
    },

    /** Returns one API for several requests. */
    open: (others: Partial<ApiPorts> = {}) => createApi({ ...ports(), ...others }),

    /** Sends a request. Expects an answer that the OpenAPI document describes. */
    async ask(
      path: string,
      { method, body: sent, type = 'application/json', ports: others, remainingMs, over }: Request = {},
    ) {
      const url = new URL(path, 'http://localhost');
      const event: APIGatewayProxyEventV2 = toApiGateway({
        method: method ?? (sent === undefined ? 'GET' : 'POST'),
        path: url.pathname,
        query: url.searchParams,
        headers: sent === undefined ? {} : { 'content-type': type },
        body: Buffer.from(sent ?? ''),
      });
      const api = over ?? createApi({ ...ports(), ...others });
      const { status, headers, body } = fromApiGateway(await api(event, lambdaContext(remainingMs)));
      const answer = { status, headers, body: body === '' ? undefined : JSON.parse(body) };
      expectFits(event.requestContext.http.method, url.pathname, status, answer.body);
      return answer;
    },
  };
}
