/* Writes sbom.cdx.json into the clone. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundledIn, makeBom } from './sbom.ts';

const file = 'sbom.cdx.json';
const bom = await makeBom();
writeFileSync(join(import.meta.dirname, '../..', file), `${JSON.stringify(bom, null, 2)}\n`);
const bundled = bom.components.filter(({ properties }) => properties?.some(({ name }) => name === bundledIn));
console.log(`${file}: ${bom.components.length} components, ${bundled.length} of them bundled into functions`);
