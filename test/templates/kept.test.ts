import { beforeAll, describe, expect, it } from 'vitest';
import { kept } from '../../lib/create-only/kept.ts';
import { type ProviderSchema, providerSchemas } from './linters.ts';

describe('the table of properties that must keep their values', () => {
  let schemas: ReadonlyMap<string, ProviderSchema> = new Map();
  beforeAll(async () => {
    schemas = await providerSchemas(Object.keys(kept));
  });

  it.each(Object.keys(kept))('has properties of %s that its schema has, and not as create-only', (type) => {
    const { properties, createOnlyProperties = [], conditionalCreateOnlyProperties = [] } = schemas.get(type)!;
    const covered = [...createOnlyProperties, ...conditionalCreateOnlyProperties];
    for (const { property } of kept[type]!) {
      expect(Object.keys(properties)).toContain(property.split('/')[0]);
      expect(covered).not.toContain(`/properties/${property}`);
    }
  });
});
