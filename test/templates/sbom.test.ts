import { expect, it } from 'vitest';
import { makeBom } from '../../lib/bundle/sbom.ts';
import { cycloneDx } from './linters.ts';

it('npm run sbom writes what the schema of CycloneDX 1.5 allows', async () => {
  const bom = await makeBom();
  expect(bom).toMatchObject({ specVersion: '1.5' });
  expect(await cycloneDx(bom)).toBe('');
  expect(await cycloneDx({ ...bom, components: [{ name: 'without a type' }] })).toContain('type');
});
