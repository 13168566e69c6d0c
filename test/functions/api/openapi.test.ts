import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { apiRoutes } from '../../../functions/api/routes/routes.ts';
import { apiOnStore } from './api-on-store.ts';
import { apiDocument } from './fits-document.ts';

const api = apiOnStore();

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate({ ...structuredClone(apiDocument) });
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
  });

  it('is served, and contains every route of the table', async () => {
    const { status, body } = await api.ask('/api/openapi.json');
    expect([status, body]).toEqual([200, apiDocument]);
    for (const { method, path } of apiRoutes) expect(body.paths[path]).toHaveProperty(method.toLowerCase());
  });

  it('refers only to schemas that it contains', () => {
    const text = JSON.stringify(apiDocument);
    const names = [...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name!);
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) expect(apiDocument.components.schemas).toHaveProperty(name);
    expect(text).not.toContain('$defs');
  });

  it('gives each route a name of its own', () => {
    const ids = Object.values(apiDocument.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('describes a relative time, a limit with its default, and a required parameter', () => {
    const parameters = apiDocument.paths['/api/samples']!.get!.parameters!;
    const named = (name: string) => parameters.find((parameter) => parameter.name === name);
    expect(named('from')).toMatchObject({ required: false, schema: { type: 'string' } });
    expect(named('limit')).toMatchObject({ schema: { type: 'integer', minimum: 1, maximum: 10_000, default: 1_000 } });
    expect(named('series')).toMatchObject({ required: true });
  });
});
